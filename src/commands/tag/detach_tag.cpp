#include "commands/tag/detach_tag.hpp"

#include "commands/rules.hpp"
#include "commands/tag/tag_hosts.hpp"

namespace annals {

Result<Decision> decide(const DetachTag& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext&) {
  const auto host = state_of(command.host, state);
  if (!host) return refused(ProblemCode::not_found);
  Decision decision{{}, NothingShown{}, {}};
  for (const auto& held : state.assignments_of(command.host)) {
    if (held.tag == command.tag) decision.events.emplace_back(TagDetached{held.id});
  }
  if (decision.events.empty()) return refused(ProblemCode::not_found);
  if (!holds(precondition, host->version)) return refused(ProblemCode::version_conflict);
  return decision;
}

}  // namespace annals
