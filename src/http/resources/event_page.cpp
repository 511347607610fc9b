#include <spdlog/spdlog.h>

#include <memory>
#include <utility>

#include "http/problems.hpp"
#include "http/resources/event_reading.hpp"
#include "http/resources/long_reads.hpp"
#include "http/transport/answer.hpp"

namespace annals::http {
namespace {

/// What a page may cost its thread, however rare the wanted events are.
constexpr std::size_t kCommitsMax = 10'000;
constexpr std::size_t kPageBytesMax = 4u << 20;

std::string page_json(const EventsRead& read, bool has_more) {
  std::string json = R"({"results":[)";
  for (const auto& event : read.events) {
    if (&event != &read.events.front()) json += ',';
    json += event.json;
  }
  json += R"(],"next_after":)" + std::to_string(read.seen.value);
  json += has_more ? R"(,"has_more":true})" : R"(,"has_more":false})";
  return json;
}

/// A page on its way: read on a thread for long reads, between waits that cost none.
class EventPage : public std::enable_shared_from_this<EventPage> {
 public:
  EventPage(Exchange& exchange, EventQuery query)
      : services_(exchange.services),
        platform_(exchange.platform()),
        query_(std::move(query)),
        until_(Clock::now() + query_.wait),
        completion_(exchange.later()),
        shell_(std::move(exchange.shell)) {}

  void read_on() {
    services_.long_reads.submit_piece(platform_, [self = shared_from_this()](bool stopping) { self->read(stopping); });
  }

 private:
  using Clock = std::chrono::steady_clock;

  void read(bool stopping) {
    if (stopping) return answer(respond(Problem(ProblemCode::stopping)));
    try {
      if (auto response = page()) return answer(*std::move(response));
      wait();
    } catch (const std::exception& error) {
      spdlog::error("A page of events failed: {}", error.what());
      answer(internal_error());
    }
  }

  /// nullopt: nothing to show yet.
  std::optional<Response> page() {
    const auto served = services_.queries.served_position(platform_);
    const EventLimits limits{query_.limit, kCommitsMax, kPageBytesMax, kPageBytesMax};
    const auto read = services_.events.read(platform_, query_.filter, query_.after, served, limits);
    if (!read) return respond(report_unreadable(read.error()));
    query_.after = read->seen;
    const bool has_more = read->seen < served;
    if (read->events.empty() && !has_more && Clock::now() < until_) return std::nullopt;
    return page_of(*read, has_more);
  }

  static Response page_of(const EventsRead& read, bool has_more) {
    Response response;
    response.body = page_json(read, has_more);
    return response;
  }

  void wait() {
    const auto patience = std::chrono::ceil<std::chrono::milliseconds>(until_ - Clock::now());
    services_.position_waits.wait(platform_, Position{query_.after.value + 1}, patience,
                                  [self = shared_from_this()](PositionWaits::Ended ended) { self->woken(ended); });
  }

  void woken(PositionWaits::Ended ended) {
    switch (ended) {
      case PositionWaits::Ended::served:
        return read_on();
      case PositionWaits::Ended::too_late:
      case PositionWaits::Ended::stopping:
        return answer(page_of({{}, query_.after}, false));
      case PositionWaits::Ended::too_many:
        return answer(respond(Problem(ProblemCode::queue_full, "Too many readers wait for events. Try again.")));
    }
  }

  void answer(Response response) {
    put_on(response, std::move(shell_));
    completion_(std::move(response));
  }

  const Services& services_;
  const PlatformId platform_;
  EventQuery query_;
  const Clock::time_point until_;
  Completion completion_;
  Response shell_;
};

}  // namespace

Handled answer_event_page(Exchange& exchange, EventQuery query) {
  std::make_shared<EventPage>(exchange, std::move(query))->read_on();
  return std::nullopt;
}

}  // namespace annals::http
