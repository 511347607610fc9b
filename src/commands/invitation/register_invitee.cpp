#include "commands/invitation/register_invitee.hpp"

#include <memory>

#include "commands/platform/create_user.hpp"
#include "commands/rules.hpp"

namespace annals {
namespace {

/// What stands before the `@`; with a number behind it when somebody has that name.
std::string free_username(std::string_view email, const State& state) {
  constexpr std::size_t kNumberMax = 21;  // of a hyphen and digits
  const auto local = email.substr(0, email.rfind('@'));
  const std::string wanted(local.substr(0, kUsernameCodePointsMax - kNumberMax));  // it is ASCII
  if (!state.user_with_username(wanted)) return wanted;
  for (auto number = state.next_user_id().value;; ++number) {
    auto numbered = wanted + '-' + std::to_string(number);
    if (!state.user_with_username(numbered)) return numbered;
  }
}

}  // namespace

Result<Decision> decide(const RegisterInvitee& command, const State& state, const std::optional<Precondition>&,
                        const DecisionContext& context) {
  const auto& redeeming = command.redeeming;
  Decision decision{{}, NothingShown{}, FollowUp{command.platform, std::make_shared<const Command>(redeeming)}};
  if (state.user_with_email(command.email)) return decision;
  if (redeeming.username && state.user_with_username(*redeeming.username)) {
    return refused(FieldErrors{{"username", {"user with this username already exists."}}});
  }
  UserDetails details{redeeming.username.value_or(free_username(command.email, state)), command.email, redeeming.name};
  decision.events.emplace_back(
      UserCreated{state.next_user_id(), false, {context.choices.new_slot(), std::move(details)}});
  return decision;
}

}  // namespace annals
