#include "http/resources/kind_handlers.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

using Value = std::string_view;

constexpr FilterField<TagFilter> kTagFilters[] = {
    {{"name", R"({"type":"string"})", "Case-insensitive part of the name."},
     [](TagFilter& filter, Value value) { return read_text(value, filter.name); }},
    {{"search", R"({"type":"string"})", "Words that are all found in the name, whatever their case."},
     [](TagFilter& filter, Value value) { return read_text(value, filter.search); }},
    {{"created_at__gte", R"({"type":"string","format":"date-time"})", "Inclusive; a date means its first instant."},
     [](TagFilter& filter, Value value) { return read_not_before(value, filter.created_at_gte); }},
    {{"created_at__lte", R"({"type":"string","format":"date-time"})", "Inclusive; a date means its last instant."},
     [](TagFilter& filter, Value value) { return read_not_after(value, filter.created_at_lte); }},
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
