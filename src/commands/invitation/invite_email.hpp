#pragma once

#include <string>
#include <string_view>

#include "commands/deciding.hpp"
#include "commands/invitation/invitation_terms.hpp"

namespace annals {

/// Invites an address, whether or not a person has it.
struct InviteEmail {
  static constexpr std::string_view kCommand = "InviteEmail";
  std::string email;
  InvitationTerms terms;
  JsonText metadata{"{}"};
  FieldErrors errors;

  static InviteEmail from(const Body& body);
};

Result<Decision> decide(const InviteEmail& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context);

}  // namespace annals
