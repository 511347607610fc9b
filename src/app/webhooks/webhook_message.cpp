#include "app/webhooks/webhook_message.hpp"

#include <fmt/format.h>

#include <map>
#include <stdexcept>

#include "app/subcommands/version.hpp"
#include "core/hmac_sha256.hpp"
#include "core/json.hpp"

namespace annals {
namespace {

/// The scheme's own number: another one would sign something else.
constexpr std::string_view kSignatureVersion = "v1";

std::int64_t unix_seconds(Timestamp at) {
  return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

WebhookMessage signed_message(const WebhookRecord& webhook, std::string_view type, std::string_view delivery,
                              std::string_view platform_key, std::string body, Timestamp now) {
  const auto timestamp = std::to_string(unix_seconds(now));
  const auto signature = hmac_sha256(webhook.details.secret.text, timestamp + '.' + body);
  WebhookMessage message;
  message.headers = {
      "Content-Type: application/json",
      fmt::format("User-Agent: Annals/{}", version_number()),
      fmt::format("X-Annals-Event: {}", type),
      fmt::format("X-Annals-Delivery: {}-{}", webhook.id.value, delivery),
      fmt::format("X-Annals-Platform: {}", platform_key),
      "X-Annals-Timestamp: " + timestamp,
      fmt::format("X-Annals-Signature: {}={}", kSignatureVersion, to_hex(as_view(signature))),
  };
  message.body = std::move(body);
  return message;
}

}  // namespace

DeliveredEvent delivered_event(std::string json) {
  DeliveredEvent event;
  std::map<std::string, std::string_view> members;
  for (auto& [name, value] : json_members(json)) members.emplace(std::move(name), value);
  const auto text = [&](const std::string& name) { return json_string(members.at(name)); };
  const auto id = EventId::parse(text("id"));
  const auto recorded_at = parse_time(text("recorded_at"));
  if (!id || !recorded_at) throw std::runtime_error("an event without its id or its time");
  event.position = Position{std::stoull(std::string(members.at("position")))};
  event.type = text("type");
  event.stream = text("stream");
  event.id = *id;
  event.recorded_at = recorded_at->at;
  event.platform_key = text("platform_key");
  event.json = std::move(json);
  return event;
}

WebhookMessage event_message(const WebhookRecord& webhook, const DeliveredEvent& event, Timestamp now) {
  const auto position = std::to_string(event.position.value);
  auto message = signed_message(webhook, event.type, position, event.platform_key, event.json, now);
  message.headers.push_back("X-Annals-Event-Id: " + event.id.to_string());
  message.headers.push_back("X-Annals-Position: " + position);
  return message;
}

WebhookMessage ping_message(const WebhookRecord& webhook, std::string_view platform_key, Timestamp now) {
  auto body = fmt::format(R"({{"type":"ping","platform_key":{},"webhook":{},"sent_at":"{}"}})",
                          quote_json(platform_key), webhook.id.value, format_timestamp(now));
  return signed_message(webhook, "ping", "ping", platform_key, std::move(body), now);
}

}  // namespace annals
