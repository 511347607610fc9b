#include "commands/invitation/revoke_invitation.hpp"

#include "commands/rules.hpp"

namespace annals {

Result<Decision> decide(const RevokeInvitation& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context) {
  const auto invitation =
      command.invitation ? state.invitation(*command.invitation) : state.open_invitation(command.email);
  if (!invitation || !invitation->open || invitation->expires_at <= context.now) {
    return refused(ProblemCode::not_found);
  }
  if (!holds(precondition, invitation->version)) return refused(ProblemCode::version_conflict);
  return Decision{{InvitationRevoked{invitation->id}}, NothingShown{}, {}};
}

}  // namespace annals
