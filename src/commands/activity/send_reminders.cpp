#include "commands/activity/send_reminders.hpp"

#include "commands/decide.hpp"

namespace annals {

Result<Decision> decide(const SendReminders& command, const State& state, const std::optional<Precondition>&,
                        const DecisionContext& context) {
  Decision decision{{}, NothingShown{}, {}};
  for (const auto id : state.kinds().due(Activity{}, context.now, command.limit)) {
    ActivityUpdated sent;
    sent.id = id;
    sent.plain.reminder_sent = true;
    decision.events.emplace_back(std::move(sent));
  }
  return decision;
}

}  // namespace annals
