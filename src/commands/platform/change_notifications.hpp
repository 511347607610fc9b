#pragma once

#include <string_view>
#include <vector>

#include "commands/body.hpp"
#include "commands/deciding.hpp"
#include "events/platform_events.hpp"

namespace annals {

/// Switches kinds of notifications on and off; those that are not named stay as they are.
struct ChangeNotifications {
  static constexpr std::string_view kCommand = "ChangeNotifications";
  std::vector<NotificationKind> on;
  std::vector<NotificationKind> off;
  FieldErrors errors;

  static ChangeNotifications from(const Body& body);
};

Result<Decision> decide(const ChangeNotifications& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
