#include "commands/platform/membership.hpp"

namespace annals {

void link_persons(std::vector<Event>& events, UserId user, std::string_view email, const State& state) {
  if (email.empty()) return;
  for (const auto& person : state.linkable_persons(email)) events.emplace_back(PersonLinked{person.id, user, true});
}

void end_membership(std::vector<Event>& events, MemberChanged change, const MemberState& member, const State& state) {
  change.active = false;
  events.emplace_back(change);
  const auto open = member.email.empty() ? std::nullopt : state.open_invitation(member.email);
  if (open) events.emplace_back(InvitationRevoked{open->id});
}

}  // namespace annals
