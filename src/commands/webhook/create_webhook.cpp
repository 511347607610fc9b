#include "commands/webhook/create_webhook.hpp"

#include "commands/rules.hpp"

namespace annals {

CreateWebhook CreateWebhook::from(const Body& body) {
  CreateWebhook command;
  command.fields = WebhookFields::read(body, Write::replace, command.errors);
  return command;
}

Result<Decision> decide(const CreateWebhook& command, const State& state, const std::optional<Precondition>&,
                        const DecisionContext& context) {
  const auto& fields = command.fields;
  auto errors = fields.checked(command.errors, context);
  if (!errors.empty()) return refused(std::move(errors));
  if (state.webhook_count() >= kWebhooksMax) {
    return refused(ProblemCode::bad_request,
                   "A platform can have " + std::to_string(kWebhooksMax) + " webhooks. Delete one that is not needed.");
  }
  const auto secret = fields.secret ? *fields.secret : new_webhook_secret(context);
  const auto id = state.next_webhook_id();
  WebhookDetails details{*fields.url, fields.description.value_or(""),
                         fields.event_types.value_or(std::vector<std::string>{}), SecretText{secret}};
  WebhookCreated created{id, fields.active.value_or(true), {state.platform_slot(), std::move(details)}};
  return Decision{{std::move(created)}, WebhookShown{id, true, secret}, {}};
}

}  // namespace annals
