#pragma once

#include <cstddef>
#include <string_view>

#include "commands/webhook/webhook_fields.hpp"

namespace annals {

inline constexpr std::size_t kWebhooksMax = 50;  ///< of a platform

/// Sends the platform's events from now on to a URL, signed with the given secret or with a new one.
struct CreateWebhook {
  static constexpr std::string_view kCommand = "CreateWebhook";
  WebhookFields fields;
  FieldErrors errors;

  static CreateWebhook from(const Body& body);
};

/// Problems: invalid_fields, bad_request when the platform has kWebhooksMax.
Result<Decision> decide(const CreateWebhook& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
