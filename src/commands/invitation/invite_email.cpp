#include "commands/invitation/invite_email.hpp"

#include "commands/invitation/issue_invitation.hpp"
#include "commands/rules.hpp"

namespace annals {

InviteEmail InviteEmail::from(const Body& body) {
  InviteEmail command;
  BodyReader reader(body, command.errors);
  command.email = reader.email("email").value_or("");
  check_platform_key(reader);
  command.terms = InvitationTerms::read(reader);
  if (auto metadata = reader.json("metadata")) command.metadata = std::move(*metadata);
  return command;
}

Result<Decision> decide(const InviteEmail& command, const State& state, const std::optional<Precondition>&,
                        const DecisionContext& context) {
  if (!command.errors.empty()) return refused(command.errors);
  if (auto refusal = refusal_of(command.terms, state, context)) return std::unexpected(std::move(*refusal));
  return issue_invitation({command.email, std::nullopt, std::nullopt, command.metadata}, command.terms, state, context);
}

}  // namespace annals
