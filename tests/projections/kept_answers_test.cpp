#include "projections/kept_answers.hpp"

#include <catch2/catch.hpp>

#include "projections/view_ids.hpp"
#include "projections/world.hpp"

namespace annals::kept_answers_test {
using namespace annals::test;

namespace {

IdempotencyMark mark(const std::string& key, std::uint16_t status) {
  return {sha256(key), sha256("of " + key), status};
}

std::optional<Queries::KeptAnswer> kept(const World& world, const std::string& key) {
  return world.live->kept_answer(kMain, sha256(key), world.now);
}

std::size_t size_of(const World& world, ViewId view) {
  std::size_t count = 0;
  for (auto at = world.store.latest().scan(kMain, view, {}); at->valid(); at->next()) ++count;
  return count;
}

}  // namespace

TEST_CASE("an answer is kept as it was sent, whatever happens to its record later", "[projections]") {
  World world;
  open_main(world);
  world.commit(kMain, {created_person(1, "First")}, mark("k1", 201));
  const auto sent = world.answer;
  world.commit({PersonDeleted{person_id(1)}});
  const auto found = kept(world, "k1");
  REQUIRE(found);
  CHECK(found->request == sha256("of k1"));
  CHECK(found->answer == Answer{201, sent.body, sent.etag, true});
  CHECK(sent.body.find("First") != std::string::npos);
  CHECK_FALSE(kept(world, "k2"));
  CHECK_FALSE(world.live->kept_answer(kOther, sha256("k1"), world.now));
}

TEST_CASE("answers of every kind are kept", "[projections]") {
  World world;
  open_main(world);
  const auto check_kept = [&](std::vector<Event> events, const std::string& key) {
    world.commit(kMain, std::move(events), mark(key, 299));
    const auto sent = world.answer;
    const auto found = kept(world, key);
    REQUIRE(found);
    CHECK(found->answer == Answer{299, sent.body, sent.etag, true});
    return sent.body;
  };
  CHECK_FALSE(check_kept({created_person(1, "Person")}, "person").empty());
  CHECK_FALSE(check_kept({created_person(2, "Other")}, "other").empty());
  CHECK_FALSE(
      check_kept({PersonMerged{person_id(2), person_id(1), true, {}}, PersonAbsorbed{person_id(1), {person_id(2)}, {}}},
                 "merge")
          .empty());
  CHECK_FALSE(check_kept({created_organization(1, "Org")}, "organization").empty());
  CHECK_FALSE(check_kept({issued_invitation(1, 1, "a@example.org", world.now)}, "invitation").empty());
  CHECK_FALSE(check_kept({added_member(13)}, "member").empty());
  CHECK_FALSE(check_kept({created_role(9, "Role", {})}, "role").empty());
  CHECK_FALSE(check_kept({created_policy(9, "Policy", 1, {})}, "policy").empty());
  CHECK_FALSE(check_kept({NotificationsChanged{{NotificationKind::person_linked}, {}}}, "notifications").empty());
  CHECK(check_kept({OrganizationDeleted{organization_id(1)}}, "nothing").empty());
  world.commit(kSystemPlatform, {created_user(50, "new", "", "New")}, mark("user", 201));
  CHECK(world.live->kept_answer(kSystemPlatform, sha256("user"), world.now)->answer.body == world.answer.body);
  world.commit(kSystemPlatform, {registered_platform(kOther, "other", "Other")}, mark("platform", 201));
  CHECK(world.live->kept_answer(kSystemPlatform, sha256("platform"), world.now)->answer.body == world.answer.body);
  MemoryByteStore scratch;
  CHECK(check(world.log, world.store, scratch, world.sealer, world.digester, nullptr).differences.empty());
}

TEST_CASE("an answer that showed a secret is not kept", "[projections]") {
  World world;
  open_main(world);
  world.commit(kMain, {issued_key(5, 11, "five", "five secret")}, mark("k", 201));
  CHECK_FALSE(kept(world, "k"));
  const WebhookDetails details{"https://a.example/", "", {}, {"whsec_that was shown"}};
  world.commit(kMain, {WebhookCreated{WebhookId{1}, true, {kPlatformSlot, details}}}, mark("w", 201));
  CHECK_FALSE(kept(world, "w"));
  CHECK(size_of(world, view::kept_answers) == 0);
}

TEST_CASE("an answer is kept for a day and no longer", "[projections]") {
  World world;
  const auto at = world.now;
  world.commit(kMain, {created_person(1, "First")}, mark("k1", 201));
  CHECK(world.live->kept_answer(kMain, sha256("k1"), at + kAnswerKept - std::chrono::microseconds(1)));
  CHECK_FALSE(world.live->kept_answer(kMain, sha256("k1"), at + kAnswerKept));
}

TEST_CASE("outdated answers are removed by later commits, a few at a time", "[projections]") {
  World world;
  std::uint64_t number = 0;
  for (; number < 20; ++number)
    world.commit(kMain, {created_person(number, "P")}, mark("k" + std::to_string(number), 201));
  CHECK(size_of(world, view::kept_answers) == 20);
  world.now += std::chrono::hours(25);
  world.commit(kMain, {created_person(number++, "P")}, mark("late", 201));
  CHECK(size_of(world, view::kept_answers) == 5);
  CHECK(size_of(world, view::kept_answers_by_time) == 5);
  for (; number < 100; ++number) world.commit({created_person(number, "P")});
  CHECK(size_of(world, view::kept_answers) == 1);
  CHECK(kept(world, "late"));
  CHECK(world.rebuilt() == world.store.all());
}

TEST_CASE("a key used again after a day is kept anew", "[projections]") {
  World world;
  world.commit(kMain, {created_person(1, "First")}, mark("k", 201));
  world.now += std::chrono::hours(30);
  world.commit(kMain, {created_person(2, "Second")}, mark("k", 201));
  CHECK(kept(world, "k")->answer.body.find("Second") != std::string::npos);
  CHECK(size_of(world, view::kept_answers_by_time) == 1);
}

}  // namespace annals::kept_answers_test
