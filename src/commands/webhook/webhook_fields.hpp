#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/body.hpp"
#include "commands/deciding.hpp"

namespace annals {

/// The fields of a webhook as a request gave them; nullopt: to be left alone, or faulty.
struct WebhookFields {
  std::optional<std::string> url;
  std::optional<std::string> description;
  std::optional<std::vector<std::string>> event_types;  ///< each once; none: all
  std::optional<bool> active;
  std::optional<std::string> secret;
  bool rotate_secret = false;  ///< to a new one; only patches ask for it

  static WebhookFields read(const Body& body, Write write, FieldErrors& errors);
  /// The problems of shape with those of the platform and the configuration, in the schema's order.
  FieldErrors checked(FieldErrors errors, const DecisionContext& context) const;
};

/// `whsec_` and 256 random bits.
std::string new_webhook_secret(const DecisionContext& context);

}  // namespace annals
