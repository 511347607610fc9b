#include "commands/platform/change_notifications.hpp"

#include <algorithm>

#include "commands/fields/body_reader.hpp"
#include "commands/rules.hpp"
#include "events/enums.hpp"

namespace annals {

ChangeNotifications ChangeNotifications::from(const Body& body) {
  ChangeNotifications command;
  BodyReader reader(body, command.errors);
  check_platform_key(reader);
  for (std::uint8_t byte = 0; const auto kind = enum_of_byte<NotificationKind>(byte); ++byte) {
    const auto wanted = reader.boolean(name_of(*kind));
    if (wanted) (*wanted ? command.on : command.off).push_back(*kind);
  }
  return command;
}

Result<Decision> decide(const ChangeNotifications& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext&) {
  const auto notifications = state.notifications();
  if (!holds(precondition, notifications.version)) return refused(ProblemCode::version_conflict);
  if (!command.errors.empty()) return refused(command.errors);
  const auto is_on = [&](NotificationKind kind) {
    return std::ranges::find(notifications.on, kind) != notifications.on.end();
  };
  NotificationsChanged changed;
  std::ranges::remove_copy_if(command.on, std::back_inserter(changed.switched_on), is_on);
  std::ranges::copy_if(command.off, std::back_inserter(changed.switched_off), is_on);
  if (changed == NotificationsChanged{}) return Decision{{}, NotificationsShown{}, {}};
  return Decision{{std::move(changed)}, NotificationsShown{}, {}};
}

}  // namespace annals
