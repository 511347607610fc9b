#include "app/webhooks/delivery_log.hpp"

#include <catch2/catch.hpp>

#include "app/memory_store.hpp"

namespace annals::delivery_log_test {
using namespace annals::test;

namespace {

constexpr PlatformId kAcme{4};
constexpr WebhookId kHook{3};

DeliveryRow tried(std::int64_t at, unsigned status) {
  DeliveryRow row{EventId{}, "PersonCreated", "person-7", from_micros(1)};
  row.delivered = status == 200;
  row.status = status;
  row.last_error = status == 200 ? "" : "HTTP status " + std::to_string(status);
  row.last_try = from_micros(at);
  return row;
}

}  // namespace

TEST_CASE("a delivery's last try is kept, and how many there were", "[app][webhooks]") {
  MemoryStore store;
  DeliveryLog log(store);
  CHECK_FALSE(log.find(kAcme, kHook, Position{9}));
  CHECK(log.note(kAcme, kHook, Position{9}, tried(100, 503)));
  CHECK(log.note(kAcme, kHook, Position{9}, tried(200, 200)));
  auto expected = tried(200, 200);
  expected.attempts = 2;
  CHECK(log.find(kAcme, kHook, Position{9}) == expected);
  CHECK(DeliveryLog(store).find(kAcme, kHook, Position{9}) == expected);
  CHECK_FALSE(log.find(PlatformId{5}, kHook, Position{9}));
  CHECK_FALSE(log.find(kAcme, WebhookId{4}, Position{9}));
  log.forget(kAcme, kHook, Position{9});
  CHECK_FALSE(log.find(kAcme, kHook, Position{9}));
}

TEST_CASE("of each webhook the deliveries that were tried last are kept", "[app][webhooks]") {
  MemoryStore store;
  DeliveryLog log(store);
  log.note(kAcme, WebhookId{4}, Position{1}, tried(1, 200));
  for (std::uint64_t n = 1; n <= DeliveryLog::kKept; ++n) {
    log.note(kAcme, kHook, Position{n}, tried(static_cast<std::int64_t>(n), 500));
  }
  log.note(kAcme, kHook, Position{1}, tried(1000, 200));
  log.note(kAcme, kHook, Position{500}, tried(1001, 200));
  const auto rows = log.of(kAcme, kHook);
  CHECK(rows.size() == DeliveryLog::kKept);
  CHECK(rows.contains(Position{1}));
  CHECK_FALSE(rows.contains(Position{2}));
  CHECK(rows.contains(Position{500}));
  CHECK(log.of(kAcme, WebhookId{4}).size() == 1);
}

TEST_CASE("what was tried for webhooks that are gone is forgotten", "[app][webhooks]") {
  MemoryStore store;
  DeliveryLog log(store);
  for (const auto hook : {3, 4, 5}) {
    log.note(kAcme, WebhookId{static_cast<std::uint64_t>(hook)}, Position{9}, tried(hook, 200));
  }
  log.note(PlatformId{5}, WebhookId{3}, Position{9}, tried(7, 200));
  log.keep_only(kAcme, {WebhookId{4}});
  CHECK(log.of(kAcme, WebhookId{3}).empty());
  CHECK(log.of(kAcme, WebhookId{4}).size() == 1);
  CHECK(log.of(kAcme, WebhookId{5}).empty());
  CHECK(log.of(PlatformId{5}, WebhookId{3}).size() == 1);
}

}  // namespace annals::delivery_log_test
