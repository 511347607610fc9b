#include "commands/person/link_person.hpp"

#include "commands/fields/body_reader.hpp"
#include "commands/rules.hpp"

namespace annals {

LinkPerson LinkPerson::from(PersonId person, const Body& body) {
  LinkPerson command;
  command.person = person;
  BodyReader reader(body, command.errors);
  command.user_id = reader.integer("user_id", Need::required);
  return command;
}

Result<Decision> decide(const LinkPerson& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context) {
  const auto person = state.person(command.person);
  if (!person) return refused(ProblemCode::not_found);
  if (!holds(precondition, person->version)) return refused(ProblemCode::version_conflict);
  if (!command.errors.empty()) return refused(command.errors);

  const auto user = as_id<UserId>(*command.user_id);
  if (!user || !state.user(*user)) return refused(ProblemCode::not_found);
  if (!is_active_member(state, *user, context.now)) return refused(ProblemCode::user_not_a_member);

  const PersonShown shown{person->id, false};
  if (person->platform_user) return Decision{{}, shown, {}};
  return Decision{{PersonLinked{person->id, *user, false}}, shown, {}};
}

}  // namespace annals
