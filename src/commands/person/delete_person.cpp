#include "commands/person/delete_person.hpp"

#include "commands/deal/deals.hpp"
#include "commands/rules.hpp"

namespace annals {

Result<Decision> decide(const DeletePerson& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext&) {
  const auto person = state.person(command.person);
  if (!person) return refused(ProblemCode::not_found);
  if (!holds(precondition, person->version)) return refused(ProblemCode::version_conflict);
  if (auto kept = kept_by_deals(state, person->id)) return std::unexpected(*std::move(kept));
  return Decision{{PersonDeleted{person->id}}, NothingShown{}, {}};
}

}  // namespace annals
