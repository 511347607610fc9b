#pragma once

#include <string_view>

#include "commands/deciding.hpp"
#include "commands/invitation/invitation_terms.hpp"
#include "core/ids.hpp"

namespace annals {

/// Invites a person by its primary email.
struct InvitePerson {
  static constexpr std::string_view kCommand = "InvitePerson";
  PersonId person;
  InvitationTerms terms;
  FieldErrors errors;

  static InvitePerson from(PersonId person, const Body& body);
};

Result<Decision> decide(const InvitePerson& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
