#include "commands/webhook/delete_webhook.hpp"

#include "commands/rules.hpp"

namespace annals {

Result<Decision> decide(const DeleteWebhook& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext&) {
  const auto webhook = state.webhook(command.webhook);
  if (!webhook) return refused(ProblemCode::not_found);
  if (!holds(precondition, webhook->version)) return refused(ProblemCode::version_conflict);
  return Decision{{WebhookDeleted{webhook->id}}, NothingShown{}, {}};
}

}  // namespace annals
