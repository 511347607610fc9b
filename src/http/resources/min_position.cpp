#include "http/resources/min_position.hpp"

#include <spdlog/spdlog.h>

#include <memory>
#include <utility>

#include "http/problems.hpp"
#include "http/resources/as_of.hpp"

namespace annals::http {
namespace {

/// 0: none is asked for.
Result<Position> min_position_of(const Exchange& exchange) {
  if (!may_name(exchange.raw_query, kMinPosition.name)) return Position{};
  const QueryString query(exchange.raw_query);
  const auto given = query.value(kMinPosition.name);
  if (!given || *given == "0") return Position{};
  if (const auto position = parse_id<Position>(*given)) return *position;
  return std::unexpected(Problem(FieldErrors{{std::string(kMinPosition.name), {"A valid integer is required."}}}));
}

/// A request that goes on later, on another thread, with everything its handler needs.
class Postponed {
 public:
  explicit Postponed(Exchange& exchange)
      : completion_(exchange.later()),
        later_([this] { return std::move(completion_); }),
        variable_(exchange.variable),
        second_variable_(exchange.second_variable),
        exchange_{exchange.services,        exchange.request, later_,           exchange.route, exchange.path,
                  exchange.raw_query,       variable_,        second_variable_, exchange.now,   exchange.caller,
                  std::move(exchange.shell)} {}
  Postponed(const Postponed&) = delete;
  Postponed& operator=(const Postponed&) = delete;

  void answer(Position position, PositionWaits::Ended ended) {
    auto handled = handle(position, ended);
    if (handled && !*handled) return;  // the handler has taken the completion on
    auto response = handled ? std::move(**handled) : respond(handled.error());
    put_on(response, std::move(exchange_.shell));
    completion_(std::move(response));
  }

 private:
  Handled handle(Position position, PositionWaits::Ended ended) {
    switch (ended) {
      case PositionWaits::Ended::served:
        break;
      case PositionWaits::Ended::stopping:
        return refuse(ProblemCode::stopping);
      case PositionWaits::Ended::too_many:
        return std::unexpected(Problem(ProblemCode::queue_full, "Too many reads wait for a position. Try again."));
      case PositionWaits::Ended::too_late:
        return std::unexpected(Problem(ProblemCode::position_not_served, "Position " + std::to_string(position.value) +
                                                                             " is not served yet. Try again."));
    }
    try {
      return read_as_of(exchange_);
    } catch (const std::exception& error) {
      spdlog::error("A read that had waited failed: {}", error.what());
      return answer_json(detail_json("Internal server error."), 500);
    }
  }

  Completion completion_;
  std::function<Completion()> later_;
  std::string variable_;
  std::string second_variable_;
  Exchange exchange_;
};

}  // namespace

Handled once_served(Exchange& exchange) {
  const auto position = min_position_of(exchange);
  if (!position) return std::unexpected(position.error());
  const auto& services = exchange.services;
  const auto platform = exchange.platform();
  if (position->value == 0 || services.queries.served_position(platform) >= *position) {
    return read_as_of(exchange);
  }
  services.position_waits.wait(platform, *position, services.options.min_position_patience,
                               [postponed = std::make_unique<Postponed>(exchange), position = *position](
                                   PositionWaits::Ended ended) { postponed->answer(position, ended); });
  return std::nullopt;
}

}  // namespace annals::http
