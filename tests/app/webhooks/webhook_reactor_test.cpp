#include "app/webhooks/webhook_reactor.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "app/blind_reading.hpp"
#include "app/committing.hpp"
#include "app/event_feed.hpp"
#include "core/clock.hpp"

namespace annals::webhook_reactor_test {
using namespace annals::test;

namespace {

constexpr PlatformId kFirst{1};

Command create_webhook(const std::string& more = "[]", bool active = true) {
  return CreateWebhook::from(
      body({{"url", R"("https://hooks.example/in")"}, {"event_types", more}, {"active", active ? "true" : "false"}}));
}
Command change_webhook(std::uint64_t id, const std::string& field, const std::string& value) {
  return UpdateWebhook::from(WebhookId{id}, body({{field, value}}));
}

/// The reactor over a backend's log, read as the mechanism reads it.
struct World {
  Position ask(Command command) {
    const auto answer = backend.ask(kFirst, std::move(command));
    REQUIRE(answer.has_value());
    return answer->position;
  }
  /// What each event asks for, with the views as they are now.
  std::map<Position, Reaction> look() {
    reactor.prepare(kFirst);
    std::map<Position, Reaction> reactions;
    for (const auto& record : backend.store.log().commits(kFirst)) {
      const auto commit = read_blindly(record.bytes);
      for (std::size_t i = 0; i < commit.events.size(); ++i) {
        reactor.react(commit, i, reactions[commit.position_of(i)]);
      }
    }
    return reactions;
  }
  static std::set<std::uint64_t> targets(const Reaction& reaction) {
    std::set<std::uint64_t> all;
    for (const auto& wish : reaction.wishes) all.insert(wish.target);
    return all;
  }

  Backend backend;
  LogEventFeed feed{backend.store.log(), backend.store.sealer(), *backend.live};
  WebhookClient client{{}};
  DeliveryLog deliveries{backend.store};
  WebhookReactor reactor{backend.store, feed, client, deliveries, clock_now};
};

using Targets = std::set<std::uint64_t>;

}  // namespace

TEST_CASE("a webhook wants the events behind its creation that it names", "[app][webhooks]") {
  World world;
  const auto before = world.ask(create_person("Before", "b@acme.example"));
  world.ask(create_webhook(R"(["PersonCreated"])"));
  world.ask(create_webhook());
  const auto person = world.ask(create_person("Ada", "a@acme.example"));
  const auto organization = world.ask(create_organization("Engines"));
  auto reactions = world.look();
  CHECK(world.targets(reactions[before]).empty());
  CHECK(world.targets(reactions[person]) == Targets{1, 2});
  CHECK(world.targets(reactions[organization]) == Targets{2});
}

TEST_CASE("what waits is withdrawn when a webhook is deleted or switched off, and it wants nothing then",
          "[app][webhooks]") {
  World world;
  world.ask(create_webhook());
  world.ask(create_webhook());
  const auto before = world.ask(create_organization("Before"));
  const auto off = world.ask(change_webhook(1, "active", "false"));
  const auto while_off = world.ask(create_organization("While off"));
  CHECK(world.targets(world.look()[before]) == Targets{2});
  const auto on = world.ask(change_webhook(1, "active", "true"));
  const auto while_on = world.ask(create_organization("While on"));
  const auto deleted = world.ask(DeleteWebhook{WebhookId{2}});
  const auto last = world.ask(create_organization("Last"));
  auto reactions = world.look();
  CHECK(reactions[off].withdrawn == std::vector<std::uint64_t>{1});
  CHECK(world.targets(reactions[while_off]).empty());
  CHECK(world.targets(reactions[on]).empty());
  CHECK(world.targets(reactions[while_on]) == Targets{1});
  CHECK(reactions[deleted].withdrawn == std::vector<std::uint64_t>{2});
  CHECK(world.targets(reactions[last]) == Targets{1});
}

TEST_CASE("events of one stream share a lane of each webhook, and no others do", "[app][webhooks]") {
  std::set<std::uint64_t> lanes;
  for (const auto hook : {1u, 2u}) {
    for (const auto* stream : {"person-1", "person-2"}) lanes.insert(WebhookReactor::lane_of(WebhookId{hook}, stream));
  }
  CHECK(lanes.size() == 4);
  CHECK(WebhookReactor::lane_of(WebhookId{1}, "person-1") == WebhookReactor::lane_of(WebhookId{1}, "person-1"));
}

TEST_CASE("a delivery to a webhook that is gone, off or wants other types is dropped, with what was tried",
          "[app][webhooks]") {
  World world;
  world.ask(create_webhook("[]", false));
  world.ask(create_webhook(R"(["PersonCreated"])"));
  const auto organization = world.ask(create_organization("Engines"));
  for (const auto hook : {1u, 2u, 3u}) {
    INFO(hook);
    world.deliveries.note(kFirst, WebhookId{hook}, organization, {});
    const auto attempt = world.reactor.attempt({kFirst, hook, organization}, {});
    CHECK(attempt.end == Attempt::End::dropped);
    CHECK_FALSE(world.deliveries.find(kFirst, WebhookId{hook}, organization));
  }
}

}  // namespace annals::webhook_reactor_test
