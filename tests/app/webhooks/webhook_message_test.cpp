#include "app/webhooks/webhook_message.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "app/subcommands/version.hpp"
#include "core/hmac_sha256.hpp"

namespace annals::webhook_message_test {
namespace {

constexpr auto kEvent =
    R"({"position":17,"platform":4,"platform_key":"acme","stream":"person-a0000000-0000-4000-8000-000000000007",)"
    R"("version":2,"type":"PersonUpdated","schema":1,"id":"7fa4c9ee-1338-4d82-a7cc-f1163b6085aa",)"
    R"("recorded_at":"2026-06-04T14:22:11.482913Z","actor":{"user":1,"username":"ada","key":2},"data":{"name":"Zo\u00eb"}})";
/// 1780582931.5 s since 1970.
constexpr Timestamp kNow = from_micros(1'780'582'931'500'000);

WebhookRecord webhook() {
  WebhookRecord record;
  record.id = WebhookId{3};
  record.details.secret.text = "whsec_that both sides know";
  return record;
}

std::string header(const WebhookMessage& message, const std::string& name) {
  const auto found = std::ranges::find_if(message.headers, [&](const auto& it) { return it.starts_with(name + ": "); });
  return found == message.headers.end() ? std::string() : found->substr(name.size() + 2);
}

}  // namespace

TEST_CASE("an event is taken apart as far as its delivery needs", "[app][webhooks]") {
  const auto event = delivered_event(kEvent);
  CHECK(event.position == Position{17});
  CHECK(event.type == "PersonUpdated");
  CHECK(event.stream == "person-a0000000-0000-4000-8000-000000000007");
  CHECK(event.id.to_string() == "7fa4c9ee-1338-4d82-a7cc-f1163b6085aa");
  CHECK(format_timestamp(event.recorded_at) == "2026-06-04T14:22:11.482913Z");
  CHECK(event.platform_key == "acme");
  CHECK(event.json == kEvent);
}

TEST_CASE("an event is sent as it is shown, with headers that say what it is", "[app][webhooks]") {
  const auto message = event_message(webhook(), delivered_event(kEvent), kNow);
  CHECK(message.body == kEvent);
  CHECK(header(message, "Content-Type") == "application/json");
  CHECK(header(message, "User-Agent") == "Annals/" + std::string(version_number()));
  CHECK(header(message, "X-Annals-Event") == "PersonUpdated");
  CHECK(header(message, "X-Annals-Event-Id") == "7fa4c9ee-1338-4d82-a7cc-f1163b6085aa");
  CHECK(header(message, "X-Annals-Delivery") == "3-17");
  CHECK(header(message, "X-Annals-Position") == "17");
  CHECK(header(message, "X-Annals-Platform") == "acme");
  CHECK(header(message, "X-Annals-Timestamp") == "1780582931");
}

TEST_CASE("the signature is over the timestamp, a point and the body", "[app][webhooks]") {
  const auto message = event_message(webhook(), delivered_event(kEvent), kNow);
  const auto expected = hmac_sha256("whsec_that both sides know", std::string("1780582931.") + kEvent);
  CHECK(header(message, "X-Annals-Signature") == "v1=" + to_hex(as_view(expected)));
  const auto later = event_message(webhook(), delivered_event(kEvent), kNow + std::chrono::seconds(1));
  CHECK(header(later, "X-Annals-Signature") != header(message, "X-Annals-Signature"));
}

TEST_CASE("a ping is signed like an event, and is none", "[app][webhooks]") {
  const auto message = ping_message(webhook(), "acme", kNow);
  CHECK(message.body == R"({"type":"ping","platform_key":"acme","webhook":3,"sent_at":"2026-06-04T14:22:11.500000Z"})");
  CHECK(header(message, "X-Annals-Event") == "ping");
  CHECK(header(message, "X-Annals-Position").empty());
  CHECK(header(message, "X-Annals-Event-Id").empty());
  const auto expected = hmac_sha256("whsec_that both sides know", "1780582931." + message.body);
  CHECK(header(message, "X-Annals-Signature") == "v1=" + to_hex(as_view(expected)));
}

}  // namespace annals::webhook_message_test
