#include "commands/tag/detach_tag.hpp"

#include "commands/rules.hpp"

namespace annals {

Result<Decision> decide(const DetachTag& command, const State& state, const std::optional<Precondition>&,
                        const DecisionContext&) {
  Decision decision{{}, NothingShown{}, {}};
  for (const auto& held : state.assignments_of(command.host)) {
    if (held.tag == command.tag) decision.events.emplace_back(TagDetached{held.id});
  }
  if (decision.events.empty()) return refused(ProblemCode::not_found);
  return decision;
}

}  // namespace annals
