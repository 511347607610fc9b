#include "commands/invitation/issue_invitation.hpp"

#include "commands/rules.hpp"

namespace annals {
namespace {

std::string key_of_platform(const State& state) {
  const auto platform = state.registered_platform(state.platform());
  return platform ? platform->details.key : std::string();
}

/// Redeeming it would renew a membership that was ended, or has run out.
bool is_for_former_member(std::string_view email, const State& state, Timestamp now) {
  const auto user = state.user_with_email(email);
  const auto member = user ? state.member(*user) : std::nullopt;
  return member && !is_active(*member, now);
}

}  // namespace

std::optional<Problem> refusal_of(const InvitationTerms& terms, const State& state, const DecisionContext& context) {
  const bool gives_rights = terms.is_admin || terms.is_staff;
  if (!gives_rights || is_tenant_admin(context.caller, state)) return std::nullopt;
  return Problem(ProblemCode::permission_denied);
}

Result<Decision> issue_invitation(const Invitee& invitee, const InvitationTerms& terms, const State& state,
                                  const DecisionContext& context) {
  if (is_for_former_member(invitee.email, state, context.now) && !is_tenant_admin(context.caller, state)) {
    return refused(ProblemCode::permission_denied);
  }
  Decision decision;
  if (const auto open = state.open_invitation(invitee.email)) {
    if (context.now < open->expires_at) {
      return std::unexpected(Problem(InvitationConflict{open->id, invitee.person, key_of_platform(state)}));
    }
    decision.events.emplace_back(InvitationExpired{open->id});
  }
  InvitationIssued issued;
  issued.invitation = state.next_invitation_id();
  issued.source = invitee.person ? InvitationSource::person : InvitationSource::platform;
  issued.person = invitee.person;
  issued.is_admin = terms.is_admin;
  issued.is_staff = terms.is_staff;
  issued.expires_at = context.now + context.invitation_lifetime;
  issued.details = {invitee.slot ? *invitee.slot : context.choices.new_slot(),
                    InvitationDetails{invitee.email, terms.redirect_to, terms.enrollment_config, invitee.metadata}};
  decision.outcome = InvitationShown{issued.invitation, invitee.person.has_value()};
  decision.events.emplace_back(std::move(issued));
  return decision;
}

}  // namespace annals
