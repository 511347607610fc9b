#include <spdlog/spdlog.h>

#include <chrono>
#include <memory>
#include <utility>

#include "core/clock.hpp"
#include "core/crypto.hpp"
#include "http/problems.hpp"
#include "http/resources/credentials.hpp"
#include "http/resources/event_reading.hpp"
#include "http/resources/long_reads.hpp"
#include "http/transport/answer.hpp"

/// Server-sent events, as the HTML standard has them (9.2).
namespace annals::http {
namespace {

/// What one turn on a thread for long reads makes. So few commits are read without a thread of their own.
constexpr EventLimits kPieceLimits{
    .events_max = SIZE_MAX, .commits_max = 256, .bytes_enough = 256u << 10, .bytes_max = 1u << 20};

std::string id_line(Position position) {
  return "id: " + std::to_string(position.value) + "\n";
}

std::string text_of(const std::vector<ShownEvent>& events) {
  constexpr std::size_t kFrameBytes = 64;  // of an event, beside its JSON
  std::size_t bytes = 0;
  for (const auto& event : events) bytes += event.json.size() + kFrameBytes;
  std::string text;
  text.reserve(bytes);
  for (const auto& event : events) {
    text += id_line(event.position);
    text += "event: ";
    text += event.type;
    text += "\ndata: ";
    text += event.json;
    text += "\n\n";
  }
  return text;
}

/// The platform's events as they come. At any time it is either asleep, or has one turn ahead on a thread for long
/// reads; whoever lets go of it ends it.
class EventStream final : public StreamedBody, public std::enable_shared_from_this<EventStream> {
 public:
  EventStream(const Exchange& exchange, EventQuery query)
      : services_(exchange.services),
        platform_(exchange.platform()),
        permission_(exchange.route.permission),
        key_(sha256(key_in(exchange.request.header(Headers::Field::authorization)))),
        filter_(std::move(query.filter)),
        seen_(query.after),
        told_(query.after) {}

  bool is_live() const override { return true; }

  void produce(Next next) override {
    next_ = std::move(next);
    silent_since_ = Clock::now();
    take_turn();
  }

 private:
  using Clock = std::chrono::steady_clock;

  void take_turn() {
    services_.long_reads.submit_piece(platform_, [weak = weak_from_this()](bool stopping) {
      if (const auto self = weak.lock()) self->turn(stopping);
    });
  }

  void turn(bool stopping) {
    if (stopping || services_.position_waits.closed()) return end();
    try {
      go_on();
    } catch (const std::exception& error) {
      spdlog::error("A stream of events failed: {}", error.what());
      end(internal_error());
    }
  }

  void go_on() {
    if (const auto refusal = refused()) return end(respond(Problem(*refusal)));
    const auto served = services_.queries.served_position(platform_);
    const auto read = services_.events.read(platform_, filter_, seen_, served, kPieceLimits);
    if (!read) return end(respond(report_unreadable(read.error())));
    seen_ = read->seen;
    if (!read->events.empty()) return say(text_of(read->events), read->events.back().position);
    if (silence() >= services_.options.feed_heartbeat) return say_heartbeat();
    seen_ < served ? take_turn() : sleep();
  }

  /// Whoever opened it may not read it any more.
  std::optional<ProblemCode> refused() const {
    const auto caller = services_.queries.caller(key_, clock_now());
    if (!caller) return ProblemCode::invalid_token;
    if (!may(*caller, permission_)) return ProblemCode::permission_denied;
    return std::nullopt;
  }

  void sleep() {
    const auto patience = std::chrono::ceil<std::chrono::milliseconds>(services_.options.feed_heartbeat - silence());
    services_.position_waits.wait(platform_, Position{seen_.value + 1}, patience,
                                  [weak = weak_from_this()](PositionWaits::Ended ended) {
                                    if (const auto self = weak.lock()) self->woken(ended);
                                  });
  }

  void woken(PositionWaits::Ended ended) {
    switch (ended) {
      case PositionWaits::Ended::served:
      case PositionWaits::Ended::too_late:
        return take_turn();
      case PositionWaits::Ended::stopping:
        return end();
      case PositionWaits::Ended::too_many:
        return end(respond(Problem(ProblemCode::queue_full, "Too many readers wait for events. Try again.")));
    }
  }

  Clock::duration silence() const { return Clock::now() - silent_since_; }

  void say(std::string text, Position position) {
    told_ = position;
    std::exchange(next_, {})({std::move(text)});
  }

  /// With how far it has come, when that is further than the last event said.
  void say_heartbeat() {
    std::string text = ": still here\n";
    if (seen_ != told_) text += id_line(seen_);
    say(text + "\n", seen_);
  }

  void end() { std::exchange(next_, {})({{}, Piece::Then::end}); }
  void end(const Response& why) {
    std::exchange(next_, {})({"event: error\ndata: " + why.body + "\n\n", Piece::Then::end});
  }

  const Services& services_;
  const PlatformId platform_;
  const std::string_view permission_;
  const Digest key_;
  const EventFilter filter_;
  Position seen_;
  Position told_;  ///< the last id that was sent
  Next next_;
  Clock::time_point silent_since_;
};

}  // namespace

Handled answer_event_stream(Exchange& exchange, EventQuery query) {
  Response response;
  response.content_type = "text/event-stream";
  response.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
  response.close = true;
  response.streamed_body = std::make_shared<EventStream>(exchange, std::move(query));
  return response;
}

}  // namespace annals::http
