#include <algorithm>

#include "http/resources/event_reading.hpp"
#include "http/resources/header_values.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

bool wants_stream(const Request& request) {
  auto accepted = request.header(Headers::Field::accept);
  while (!accepted.empty()) {
    const auto range = accepted.substr(0, accepted.find(','));
    accepted.remove_prefix(std::min(accepted.size(), range.size() + 1));
    const auto value = parse_header_value(range);
    if (value && value->first == "text/event-stream") return true;
  }
  return false;
}

Handled show_events(Exchange& exchange) {
  auto query = read_event_query(exchange);
  if (!query) return std::unexpected(query.error());
  if (!wants_stream(exchange.request)) return answer_event_page(exchange, *std::move(query));
  if (auto resumed = resume_behind_last(exchange.request, *query); !resumed) return std::unexpected(resumed.error());
  return answer_event_stream(exchange, *std::move(query));
}

}  // namespace

std::span<const Route> event_routes() {
  static const std::vector<Route> routes = {
      {.method = "GET",
       .path = "/events/",
       .permission = "Ibl.CRM/Audit/read",
       .handler = show_events,
       .operation = {.id = "events_list",
                     .summary = "The events of the caller's platform, in the order of its log",
                     .answer = "EventPage",
                     .answer_description = "With `Accept: text/event-stream`, a live stream that begins with the past: "
                                           "each event with its position as `id` and its type as `event`.",
                     .streams = true,
                     .parameters = event_parameters(),
                     .others = {{400, "A parameter's value is wrong.", "BadRequest"},
                                {500, "An event cannot be read; the sentence says at which position."}}}},
  };
  return routes;
}

}  // namespace annals::http
