#include "commands/platform/update_user.hpp"

#include "commands/fields/body_reader.hpp"
#include "commands/rules.hpp"

namespace annals {

UpdateUser UpdateUser::from(UserId user, const Body& body) {
  UpdateUser command;
  command.user = user;
  BodyReader reader(body, command.errors);
  command.active = reader.boolean("active");
  return command;
}

Result<Decision> decide(const UpdateUser& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context) {
  const auto user = state.user(command.user);
  if (!user) return refused(ProblemCode::not_found);
  if (!holds(precondition, user->version)) return refused(ProblemCode::version_conflict);
  auto errors = command.errors;
  if (command.active == false && command.user == context.caller.user) {
    errors.push_back({"active", {"You cannot deactivate yourself."}});
  }
  if (!errors.empty()) return refused(std::move(errors));
  Decision decision{{}, UserShown{user->id}, {}};
  if (const auto active = change(command.active, user->active)) {
    if (*active) {
      decision.events.emplace_back(UserReactivated{user->id});
    } else {
      decision.events.emplace_back(UserDeactivated{user->id});
    }
  }
  return decision;
}

}  // namespace annals
