#pragma once

#include <cstddef>
#include <string_view>

#include "commands/deciding.hpp"

namespace annals {

/// Of the activities whose reminder is due, earliest first: marks it as sent. The mail follows from that event, at
/// least once.
struct SendReminders {
  static constexpr std::string_view kCommand = "SendReminders";
  std::size_t limit = 1000;
};

Result<Decision> decide(const SendReminders& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
