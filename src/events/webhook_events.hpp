#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/secret_text.hpp"
#include "events/sealed.hpp"

/// Where a platform's events are sent to. Field numbers and type names are on disk and never change.
namespace annals {

struct WebhookDetails {
  std::string url;
  std::string description;
  std::vector<std::string> event_types;  ///< each once; none: all
  SecretText secret;                     ///< what deliveries are signed with
  bool operator==(const WebhookDetails&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "url", self.url);
    field(2, "description", self.description);
    field(3, "event_types", self.event_types);
    field(4, "secret", self.secret);
  }
};

struct WebhookDetailsChange {
  std::optional<std::string> url;
  std::optional<std::string> description;
  std::optional<std::vector<std::string>> event_types;
  std::optional<SecretText> secret;
  bool operator==(const WebhookDetailsChange&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "url", self.url);
    field(2, "description", self.description);
    field(3, "event_types", self.event_types);
    field(4, "secret", self.secret);
  }
};

struct WebhookCreated {
  static constexpr std::string_view type = "WebhookCreated";
  static constexpr std::uint16_t schema = 1;
  WebhookId webhook;
  bool active = true;
  Sealed<WebhookDetails> details;  ///< the platform's slot
  bool operator==(const WebhookCreated&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "webhook", self.webhook);
    field(2, "active", self.active);
    field.sealed(3, self.details);
  }
};

struct WebhookUpdated {
  static constexpr std::string_view type = "WebhookUpdated";
  static constexpr std::uint16_t schema = 1;
  WebhookId webhook;
  std::optional<bool> active;
  std::optional<Sealed<WebhookDetailsChange>> details;
  bool operator==(const WebhookUpdated&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "webhook", self.webhook);
    field(2, "active", self.active);
    field.sealed(3, self.details);
  }
};

struct WebhookDeleted {
  static constexpr std::string_view type = "WebhookDeleted";
  static constexpr std::uint16_t schema = 1;
  WebhookId webhook;
  bool operator==(const WebhookDeleted&) const = default;
  static constexpr void fields(auto& self, auto&& field) { field(1, "webhook", self.webhook); }
};

}  // namespace annals
