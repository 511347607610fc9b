#include "projections/webhooks.hpp"

#include <catch2/catch.hpp>

#include "projections/world.hpp"

namespace annals::webhooks_test {
using namespace annals::test;

namespace {

WebhookCreated created_webhook(std::uint64_t id, const std::string& url) {
  return {WebhookId{id},
          true,
          {kPlatformSlot, WebhookDetails{url, "Hook " + std::to_string(id), {"PersonCreated"}, {"whsec_one"}}}};
}

WebhookUpdated updated_webhook(std::uint64_t id, WebhookDetailsChange change) {
  return {WebhookId{id}, {}, Sealed<WebhookDetailsChange>{kPlatformSlot, std::move(change)}};
}

}  // namespace

TEST_CASE("a webhook is read and shown as its events left it, its secret never", "[projections]") {
  World world;
  open_main(world);
  const auto position = world.commit({created_webhook(3, "https://a.example/")}).header.frame.first;
  CHECK(world.answer.status == 201);
  const auto& views = world.store.latest();
  const auto webhook = read_webhook(views, kMain, WebhookId{3});
  REQUIRE(webhook);
  CHECK(webhook->active_from == position);
  CHECK(webhook->details.secret.text == "whsec_one");
  const auto shown = world.live->webhook(kMain, WebhookId{3});
  REQUIRE(shown);
  CHECK(shown->json == R"({"id":3,"url":"https://a.example/","description":"Hook 3","event_types":["PersonCreated"],)"
                       R"("active":true,"created_at":"2026-06-04T14:22:18.000011Z",)"
                       R"("updated_at":"2026-06-04T14:22:18.000011Z"})");
  CHECK(shown->etag == "\"1\"");

  world.commit({updated_webhook(3, {"https://b.example/", "Moved", std::vector<std::string>{}, SecretText{"two"}})});
  world.commit({WebhookUpdated{WebhookId{3}, false, {}}});
  const auto changed = read_webhook(views, kMain, WebhookId{3});
  CHECK(changed->details == WebhookDetails{"https://b.example/", "Moved", {}, {"two"}});
  CHECK_FALSE(changed->active);
  CHECK(changed->version == StreamVersion{3});
  CHECK(changed->created_at == webhook->created_at);
  CHECK(changed->updated_at > webhook->updated_at);
  CHECK(changed->active_from == position);
  const auto again = world.commit({WebhookUpdated{WebhookId{3}, true, {}}}).header.frame.first;
  CHECK(read_webhook(views, kMain, WebhookId{3})->active_from == again);
  world.commit({WebhookUpdated{WebhookId{3}, true, {}}});
  CHECK(read_webhook(views, kMain, WebhookId{3})->active_from == again);
  CHECK(world.rebuilt() == world.store.all());
}

TEST_CASE("webhooks are listed newest first, counted, and gone when deleted", "[projections]") {
  World world;
  open_main(world);
  for (std::uint64_t id = 1; id <= 3; ++id) world.commit({created_webhook(id, "https://a.example/")});
  const auto& views = world.store.latest();
  CHECK(webhook_count(views, kMain) == 3);
  CHECK(webhook_count(views, kOther) == 0);
  world.commit({WebhookDeleted{WebhookId{3}}});
  CHECK(webhook_count(views, kMain) == 2);
  CHECK_FALSE(read_webhook(views, kMain, WebhookId{3}));
  CHECK_FALSE(world.live->webhook(kMain, WebhookId{3}));
  CHECK(next_webhook_id(views, kMain) == WebhookId{4});
  const auto listed = world.live->webhooks(kMain);
  REQUIRE(listed.size() == 2);
  CHECK(listed[0].starts_with(R"({"id":2,)"));
  CHECK(listed[1].starts_with(R"({"id":1,)"));
  CHECK(world.live->webhooks(kOther).empty());
  CHECK(world.rebuilt() == world.store.all());
}

TEST_CASE("a webhook whose data is erased is there with its details empty", "[projections]") {
  World world;
  open_main(world);
  world.commit({created_webhook(1, "https://a.example/")});
  world.erase(kMain, kPlatformSlot);
  world.commit({WebhookUpdated{WebhookId{1}, false, {}}});
  const auto webhook = read_webhook(world.store.latest(), kMain, WebhookId{1});
  REQUIRE(webhook);
  CHECK(webhook->details == WebhookDetails{});
}

TEST_CASE("notifications are shown by name, with the version of the platform's stream", "[projections]") {
  World world;
  open_main(world);
  using enum NotificationKind;
  const auto shown = [&] { return *world.live->notifications(kMain); };
  CHECK(shown().json == R"({"platform_key":"main","person_created":false,"deal_stage_changed":false,)"
                        R"("person_linked":false})");
  CHECK(shown().etag == "\"1\"");
  const auto first = world.commit({NotificationsChanged{{person_linked, person_created}, {}}}).header.frame.first;
  CHECK(world.answer.body == R"({"platform_key":"main","person_created":true,"deal_stage_changed":false,)"
                             R"("person_linked":true})");
  CHECK(world.answer.etag == "\"2\"");
  const auto second =
      world.commit({NotificationsChanged{{deal_stage_changed, person_created}, {person_linked}}}).header.frame.first;
  const auto row = read_notifications(world.store.latest(), kMain);
  CHECK(row.on == std::vector<NotificationSwitch>{{person_created, first}, {deal_stage_changed, second}});
  CHECK(row.version == StreamVersion{3});
  CHECK_FALSE(row.since(person_linked));
  CHECK(world.rebuilt() == world.store.all());
}

}  // namespace annals::webhooks_test
