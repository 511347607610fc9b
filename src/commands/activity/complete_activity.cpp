#include "commands/activity/complete_activity.hpp"

#include "commands/rules.hpp"

namespace annals {

Result<Decision> decide(const CompleteActivity& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context) {
  const auto activity = state.kinds().record(command.id);
  if (!activity) return refused(ProblemCode::not_found);
  if (!holds(precondition, activity->version)) return refused(ProblemCode::version_conflict);
  Decision decision{{}, RecordShown{Activity::name, command.id.value, false}, {}};
  if (activity->plain.is_done) return decision;
  ActivityUpdated done;
  done.id = command.id;
  done.plain.is_done = true;
  done.plain.done_at = std::optional(context.now);
  decision.events.emplace_back(std::move(done));
  return decision;
}

}  // namespace annals
