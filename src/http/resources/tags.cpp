#include "http/resources/kind_handlers.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

using Value = std::string_view;

constexpr FilterField<TagFilter> kTagFilters[] = {
    {{"name", R"({"type":"string"})", "Case-insensitive part of the name."},
     [](TagFilter& filter, Value value) { return read_text(value, filter.name); }},
    {{"search", R"({"type":"string"})", "The same."},
     [](TagFilter& filter, Value value) { return read_text(value, filter.search); }},
};

Handled tags(Exchange& exchange) {
  return list_kind<TagFilter>(exchange, kTagFilters, list_tags);
}

}  // namespace

std::span<const Route> tag_routes() {
  static const auto routes = kind_routes({"/tags/", "Tags", "tags", "Tag", "tag"}, handlers_of<Tag>(tags),
                                         parameters_of<TagFilter>(kTagFilters));
  return routes;
}

}  // namespace annals::http
