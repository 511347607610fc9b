#include "commands/invitation/redeem_invitation.hpp"

#include <memory>

#include "commands/fields/body_reader.hpp"
#include "commands/invitation/invitation_secret.hpp"
#include "commands/invitation/register_invitee.hpp"
#include "commands/platform/create_user.hpp"
#include "commands/platform/membership.hpp"
#include "commands/rules.hpp"

namespace annals {
namespace {

/// nullopt: the secret is no good, for whatever reason.
std::optional<InvitationState> opened_by(const RedeemInvitation& command, const State& state,
                                         const DecisionContext& context) {
  auto invitation = state.open_invitation(command.email);
  std::optional<IssuedInvitation> issued;
  if (invitation) issued = IssuedInvitation{invitation->id, invitation->issued};
  if (!opens(command.secret, context.digester, state.platform(), issued)) return std::nullopt;
  if (invitation->expires_at <= context.now) return std::nullopt;
  return invitation;
}

MemberAdded added(const InvitationState& invitation, const UserState& user, const DecisionContext& context) {
  MemberAdded event;
  event.user = user.id;
  event.is_admin = invitation.is_admin;
  event.is_staff = invitation.is_staff;
  event.details = {context.choices.new_slot(), MemberDetails{user.details.email}};
  return event;
}

/// On top of what the member has.
MemberChanged extended(const InvitationState& invitation, const MemberState& member) {
  MemberChanged event;
  event.user = member.user;
  if (invitation.is_admin) event.is_admin = change(std::optional(true), member.is_admin);
  if (invitation.is_staff) event.is_staff = change(std::optional(true), member.is_staff);
  return event;
}

/// In the place of what the member had before it ended.
MemberChanged renewed(const InvitationState& invitation, const MemberState& member) {
  MemberChanged event;
  event.user = member.user;
  event.is_admin = change(std::optional(invitation.is_admin), member.is_admin);
  event.is_staff = change(std::optional(invitation.is_staff), member.is_staff);
  event.active = change(std::optional(true), member.active);
  if (member.expires_at) event.expires_at.emplace();
  return event;
}

void join(Decision& decision, const InvitationState& invitation, const UserState& user, const State& state,
          const DecisionContext& context) {
  const auto member = state.member(user.id);
  if (!member) {
    decision.events.emplace_back(added(invitation, user, context));
  } else {
    MemberChanged nothing;
    nothing.user = user.id;
    auto changed = is_active(*member, context.now) ? extended(invitation, *member) : renewed(invitation, *member);
    if (changed != nothing) decision.events.emplace_back(std::move(changed));
  }
  link_persons(decision.events, user.id, user.details.email, state);
}

}  // namespace

RedeemInvitation RedeemInvitation::from(const Body& body) {
  RedeemInvitation command;
  BodyReader reader(body, command.errors);
  command.platform_key = reader.text("platform_key", {Need::required, false}).value_or("");
  command.email = reader.email("email").value_or("");
  command.secret = reader.text("token", {Need::required, false}).value_or("");
  command.username = reader.text("username", {Need::optional, true, kUsernameCodePointsMax});
  if (command.username && command.username->empty()) command.username.reset();
  command.name = reader.text("name", {}).value_or("");
  return command;
}

Result<Decision> decide(const RedeemInvitation& command, const State& state, const std::optional<Precondition>&,
                        const DecisionContext& context) {
  if (!command.errors.empty()) return refused(command.errors);
  const auto invitation = opened_by(command, state, context);
  if (!invitation) return refused(ProblemCode::not_found);
  const auto id = state.user_with_email(invitation->email);
  if (!id) {
    RegisterInvitee first{state.platform(), invitation->email, command};
    return Decision{{}, NothingShown{}, FollowUp{kSystemPlatform, std::make_shared<const Command>(std::move(first))}};
  }
  const auto user = state.user(*id);
  if (!user || !user->active) return refused(ProblemCode::not_found);
  const bool joins = !state.member(user->id);
  Decision decision{
      {InvitationRedeemed{invitation->id, user->id}}, RedemptionShown{invitation->id, user->id, joins}, {}};
  decision.actor = user->id;
  join(decision, *invitation, *user, state, context);
  return decision;
}

}  // namespace annals
