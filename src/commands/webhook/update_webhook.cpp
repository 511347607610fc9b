#include "commands/webhook/update_webhook.hpp"

#include "commands/rules.hpp"

namespace annals {

UpdateWebhook UpdateWebhook::from(WebhookId webhook, const Body& body) {
  UpdateWebhook command;
  command.webhook = webhook;
  command.fields = WebhookFields::read(body, Write::patch, command.errors);
  return command;
}

Result<Decision> decide(const UpdateWebhook& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context) {
  const auto webhook = state.webhook(command.webhook);
  if (!webhook) return refused(ProblemCode::not_found);
  if (!holds(precondition, webhook->version)) return refused(ProblemCode::version_conflict);
  const auto& fields = command.fields;
  auto errors = fields.checked(command.errors, context);
  if (!errors.empty()) return refused(std::move(errors));

  const auto secret = fields.rotate_secret ? std::optional(new_webhook_secret(context)) : fields.secret;
  WebhookDetailsChange details;
  details.url = change(fields.url, webhook->details.url);
  details.description = change(fields.description, webhook->details.description);
  details.event_types = change(fields.event_types, webhook->details.event_types);
  if (secret && *secret != webhook->details.secret.text) details.secret = SecretText{*secret};
  WebhookUpdated updated{webhook->id, change(fields.active, webhook->active), std::nullopt};
  if (details != WebhookDetailsChange{}) updated.details = {state.platform_slot(), std::move(details)};

  WebhookShown shown{webhook->id, false, secret};
  if (!updated.active && !updated.details) return Decision{{}, std::move(shown), {}};
  return Decision{{std::move(updated)}, std::move(shown), {}};
}

}  // namespace annals
