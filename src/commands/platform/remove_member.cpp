#include "commands/platform/remove_member.hpp"

#include "commands/platform/membership.hpp"
#include "commands/rules.hpp"

namespace annals {

Result<Decision> decide(const RemoveMember& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context) {
  const auto member = state.member(command.user);
  if (!member || !member->active) return refused(ProblemCode::not_found);
  // The keys of a server's superusers are keys of some platform: its admins must not lock them out.
  const auto user = state.user(command.user);
  if (user && user->superuser && !context.caller.superuser) return refused(ProblemCode::permission_denied);
  if (!holds(precondition, member->version)) return refused(ProblemCode::version_conflict);
  Decision decision{{}, NothingShown{}, {}};
  MemberChanged change;
  change.user = member->user;
  end_membership(decision.events, change, *member, state);
  return decision;
}

}  // namespace annals
