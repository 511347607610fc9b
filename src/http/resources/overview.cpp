#include <algorithm>
#include <array>

#include "http/resources/exchange.hpp"
#include "http/resources/filters.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

using Value = std::string_view;

enum class DateFilter { days, all_time, custom };

struct DateFilterName {
  std::string_view name;
  DateFilter filter;
  int days = 0;  ///< that end with today
};
constexpr std::array kDateFilters = {
    DateFilterName{"today", DateFilter::days, 1},     DateFilterName{"7d", DateFilter::days, 7},
    DateFilterName{"30d", DateFilter::days, 30},      DateFilterName{"90d", DateFilter::days, 90},
    DateFilterName{"all_time", DateFilter::all_time}, DateFilterName{"custom", DateFilter::custom},
};
constexpr int kDaysByDefault = 30;

struct OverviewQuery {
  std::optional<DateFilterName> date_filter;
  std::optional<Day> start;
  std::optional<Day> end;
  std::optional<PipelineId> pipeline;
};

Fault read_date_filter(Value value, std::optional<DateFilterName>& into) {
  const auto found = std::ranges::find(kDateFilters, value, &DateFilterName::name);
  if (found == kDateFilters.end()) return no_such_choice(value);
  into = *found;
  return {};
}

constexpr FilterField<OverviewQuery> kOverviewParameters[] = {
    {{"date_filter", R"({"type":"string","enum":["today","7d","30d","90d","all_time","custom"],"default":"30d"})",
      "The period: so many days that end with today (UTC), or `start_date` to `end_date`."},
     [](OverviewQuery& query, Value value) { return read_date_filter(value, query.date_filter); }},
    {{"start_date", R"({"type":"string","format":"date"})", "Of a custom period."},
     [](OverviewQuery& query, Value value) { return read_day(value, query.start); }},
    {{"end_date", R"({"type":"string","format":"date"})", "Of a custom period, which it belongs to."},
     [](OverviewQuery& query, Value value) { return read_day(value, query.end); }},
    {{"pipeline", R"({"type":"integer"})", "Whose deals; by default those of all, and the stages of the default one."},
     [](OverviewQuery& query, Value value) { return read_id(value, query.pipeline); }},
};

/// A date alone asks for a custom period as well.
DateFilterName asked_for(const OverviewQuery& query) {
  if (query.date_filter) return *query.date_filter;
  if (query.start || query.end) return {"custom", DateFilter::custom};
  return {"", DateFilter::days, kDaysByDefault};
}

Result<OverviewRequest> request_of(const OverviewQuery& query, Timestamp now) {
  const Day today{std::chrono::floor<std::chrono::days>(now)};
  OverviewRequest request{.pipeline = query.pipeline, .start = std::nullopt, .end = today};
  const auto asked = asked_for(query);
  switch (asked.filter) {
    case DateFilter::days:
      request.start = Day{today.date - std::chrono::days(asked.days - 1)};
      return request;
    case DateFilter::all_time:
      return request;
    case DateFilter::custom:
      break;
  }
  FieldErrors errors;
  if (!query.start) errors.push_back({"start_date", {"This field is required."}});
  if (!query.end) errors.push_back({"end_date", {"This field is required."}});
  if (query.start && query.end && *query.end < *query.start) {
    errors.push_back({"end_date", {"The period ends before it starts."}});
  }
  if (!errors.empty()) return std::unexpected(Problem(std::move(errors)));
  request.start = query.start;
  request.end = *query.end;
  return request;
}

Handled overview(Exchange& exchange) {
  const auto query = read_filter<OverviewQuery>(QueryString(exchange.raw_query), kOverviewParameters);
  if (!query) return std::unexpected(query.error());
  auto request = request_of(*query, exchange.now);
  if (!request) return std::unexpected(request.error());
  request->persons = may(exchange.caller, "Ibl.CRM/Persons/list");
  request->organizations = may(exchange.caller, "Ibl.CRM/Organizations/list");
  request->deals = may(exchange.caller, "Ibl.CRM/Deals/list");
  request->activities = may(exchange.caller, "Ibl.CRM/Activities/list");
  return read_at_length(exchange, [request = *std::move(request)](Exchange& apart) -> Handled {
    auto shown = apart.records().overview(apart.platform(), request, apart.now);
    if (!shown) return std::unexpected(shown.error());
    return answer_json(*std::move(shown));
  });
}

}  // namespace

std::span<const Route> overview_routes() {
  static const std::vector<Route> routes = {
      {.method = "GET",
       .path = "/overview/",
       .permission = kAnyCrmReader,
       .handler = overview,
       .operation = {.id = "overview_retrieve",
                     .summary = "What a dashboard shows: counts, what deals are worth, and a period",
                     .answer = "Overview",
                     .answer_description = "Sums are exact, and different currencies are never added up. What the "
                                           "caller may not list is left out.",
                     .parameters = parameters_of<OverviewQuery>(kOverviewParameters),
                     .others = {{404, "No such pipeline."}}},
       .has_past = true},
  };
  return routes;
}

}  // namespace annals::http
