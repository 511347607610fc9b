#pragma once

#include <string_view>

#include "commands/webhook/webhook_fields.hpp"

namespace annals {

/// Patches; only what changed becomes part of the event.
struct UpdateWebhook {
  static constexpr std::string_view kCommand = "UpdateWebhook";
  WebhookId webhook;
  WebhookFields fields;
  FieldErrors errors;

  static UpdateWebhook from(WebhookId webhook, const Body& body);
};

Result<Decision> decide(const UpdateWebhook& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
