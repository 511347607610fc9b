#include "commands/invitation/invite_person.hpp"

#include "commands/invitation/issue_invitation.hpp"
#include "commands/rules.hpp"

namespace annals {

InvitePerson InvitePerson::from(PersonId person, const Body& body) {
  InvitePerson command;
  command.person = person;
  BodyReader reader(body, command.errors);
  command.terms = InvitationTerms::read(reader);
  return command;
}

Result<Decision> decide(const InvitePerson& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context) {
  const auto person = state.person(command.person);
  if (!person) return refused(ProblemCode::not_found);
  if (!holds(precondition, person->version)) return refused(ProblemCode::version_conflict);
  if (!command.errors.empty()) return refused(command.errors);
  if (auto refusal = refusal_of(command.terms, state, context)) return std::unexpected(std::move(*refusal));
  if (person->platform_user) return refused(ProblemCode::person_already_linked);
  const auto& email = person->details.primary_email;
  if (!email) return refused(ProblemCode::person_without_email);
  return issue_invitation({*email, person->id, person->slot}, command.terms, state, context);
}

}  // namespace annals
