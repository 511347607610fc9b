#include "core/json.hpp"
#include "http/resources/exchange.hpp"
#include "http/resources/filters.hpp"
#include "http/resources/pages.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

using Value = std::string_view;

constexpr FilterField<SearchRequest> kSearchParameters[] = {
    {{"q", R"({"type":"string","minLength":1})",
      "Case-insensitive part of a person's name, email addresses or job title, an organization's name, a deal's title.",
      true},
     [](SearchRequest& request, Value value) {
       auto fault = read_text(value, request.text);
       return fault.empty() && request.text.empty() ? Fault("This field may not be blank.") : fault;
     }},
    {{"limit", R"({"type":"integer","minimum":1,"maximum":100,"default":10})",
      "Records of each kind; a larger number counts as 100."},
     [](SearchRequest& request, Value value) { return read_limit(value, request.limit); }},
};

std::string found_json(const SearchRequest& request, const FoundRecords& found) {
  std::string out = "{\"q\":";
  append_json_string(out, request.text);
  const auto add = [&](std::string_view name, const std::optional<std::string>& records) {
    if (records) out.append(",\"").append(name).append("\":").append(*records);
  };
  add("persons", found.persons);
  add("organizations", found.organizations);
  add("deals", found.deals);
  return out += '}';
}

/// What the caller may not list is not looked through.
Handled search(Exchange& exchange) {
  auto request = read_filter<SearchRequest>(QueryString(exchange.raw_query), kSearchParameters);
  if (!request) return std::unexpected(request.error());
  request->persons = may(exchange.caller, "Ibl.CRM/Persons/list");
  request->organizations = may(exchange.caller, "Ibl.CRM/Organizations/list");
  request->deals = may(exchange.caller, "Ibl.CRM/Deals/list");
  return read_at_length(exchange, [request = *std::move(request)](Exchange& apart) -> Handled {
    const auto found = apart.records().search(apart.platform(), request, apart.now);
    if (!found) return std::unexpected(found.error());
    return answer_json(found_json(request, *found));
  });
}

}  // namespace

std::span<const Route> search_routes() {
  static const std::vector<Route> routes = {
      {.method = "GET",
       .path = "/search/",
       .permission = kAnyCrmReader,
       .handler = search,
       .operation = {.id = "search_retrieve",
                     .summary = "Find persons, organizations and deals by what is written in them",
                     .answer = "SearchResults",
                     .answer_description =
                         "What a text begins with comes first, then what a word of it begins with, "
                         "then the rest; ties newest first. What the caller may not list is left out.",
                     .parameters = parameters_of<SearchRequest>(kSearchParameters)},
       .has_past = true},
  };
  return routes;
}

}  // namespace annals::http
