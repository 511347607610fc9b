#include "commands/invitation/expire_invitations.hpp"

#include "commands/decide.hpp"

namespace annals {

Result<Decision> decide(const ExpireInvitations& command, const State& state, const std::optional<Precondition>&,
                        const DecisionContext& context) {
  Decision decision{{}, NothingShown{}, {}};
  for (const auto& invitation : state.due_invitations(context.now, command.limit)) {
    decision.events.emplace_back(InvitationExpired{invitation.id});
  }
  return decision;
}

}  // namespace annals
