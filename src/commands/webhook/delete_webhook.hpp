#pragma once

#include <string_view>

#include "commands/deciding.hpp"
#include "core/ids.hpp"

namespace annals {

/// Nothing more is sent to it, neither what waits.
struct DeleteWebhook {
  static constexpr std::string_view kCommand = "DeleteWebhook";
  WebhookId webhook;
};

Result<Decision> decide(const DeleteWebhook& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
