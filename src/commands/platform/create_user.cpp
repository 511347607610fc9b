#include "commands/platform/create_user.hpp"

#include "commands/fields/body_reader.hpp"
#include "commands/rules.hpp"

namespace annals {
CreateUser CreateUser::from(const Body& body) {
  CreateUser command;
  BodyReader reader(body, command.errors);
  command.username = reader.text("username", {Need::required, false, kUsernameCodePointsMax}).value_or("");
  command.email = reader.nullable_email("email").value_or(std::nullopt).value_or("");
  command.name = reader.text("name", {}).value_or("");
  return command;
}

Result<Decision> decide(const CreateUser& command, const State& state, const std::optional<Precondition>&,
                        const DecisionContext& context) {
  auto errors = command.errors;
  if (!command.username.empty() && state.user_with_username(command.username)) {
    errors.push_back({"username", {"user with this username already exists."}});
  }
  if (!command.email.empty() && state.user_with_email(command.email)) {
    errors.push_back({"email", {"user with this email already exists."}});
  }
  if (!errors.empty()) return refused(in_schema_order(std::move(errors), {"username", "email", "name"}));
  const auto id = state.next_user_id();
  UserCreated created{
      id, command.superuser, {context.choices.new_slot(), UserDetails{command.username, command.email, command.name}}};
  return Decision{{std::move(created)}, UserShown{id, true}, {}};
}

}  // namespace annals
