#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "http/ports.hpp"
#include "http/resources/exchange.hpp"

namespace annals::http {

/// What a request for events asks for.
struct EventQuery {
  EventFilter filter;
  Position after;
  std::uint64_t limit = 100;
  std::chrono::seconds wait{0};
};

std::vector<Parameter> event_parameters();
/// Problem: invalid_fields.
Result<EventQuery> read_event_query(const Exchange& exchange);
/// A reader that comes back says by Last-Event-ID where it was, whatever the query's `after`. Problem: invalid_fields.
Result<void> resume_behind_last(const Request& request, EventQuery& query);

/// What a reader of the feed is told when the log cannot be read on; the operator is told too.
Problem report_unreadable(const UnreadableEvent& unreadable);

/// Gives the page once there is something to show, or the query has waited for as long as it may.
Handled answer_event_page(Exchange& exchange, EventQuery query);
/// A stream of events, from `query.after` on, as server-sent events: first those that are there, then each as it
/// comes.
Handled answer_event_stream(Exchange& exchange, EventQuery query);

}  // namespace annals::http
