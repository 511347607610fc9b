#pragma once

#include <optional>
#include <string>

#include "commands/decide.hpp"
#include "commands/invitation/invitation_terms.hpp"

namespace annals {

/// Whom an invitation is for: a person, under whose slot it is sealed, or just an address.
struct Invitee {
  std::string email;
  std::optional<PersonId> person;
  std::optional<SlotId> slot;
  JsonText metadata{"{}"};
};

/// Problem: permission_denied when the terms give more than the caller may.
std::optional<Problem> refusal_of(const InvitationTerms& terms, const State& state, const DecisionContext& context);

/// One past its expiry is recorded as expired first. Problems: permission_denied for whoever must not bring back a
/// member who was removed, active_invitation_exists.
Result<Decision> issue_invitation(const Invitee& invitee, const InvitationTerms& terms, const State& state,
                                  const DecisionContext& context);

}  // namespace annals
