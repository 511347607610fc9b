#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "projections/records.hpp"

namespace annals {

/// What a webhook gets: a JSON body, and headers that say what it is and prove where it comes from.
struct WebhookMessage {
  std::vector<std::string> headers;  ///< `Name: value` each
  std::string body;
};

/// An event as the feed shows it, taken apart as far as its delivery needs.
struct DeliveredEvent {
  Position position;
  std::string type;
  std::string stream;
  EventId id;
  Timestamp recorded_at;
  std::string platform_key;
  std::string json;  ///< all of it
};

/// Throws std::runtime_error when the text is no event.
DeliveredEvent delivered_event(std::string json);

/// `now`: what the signature is made for, so that an old one can be told.
WebhookMessage event_message(const WebhookRecord& webhook, const DeliveredEvent& event, Timestamp now);
WebhookMessage ping_message(const WebhookRecord& webhook, std::string_view platform_key, Timestamp now);

}  // namespace annals
