#include <catch2/catch.hpp>

#include "projections/person_directory.hpp"
#include "projections/story.hpp"
#include "projections/view_ids.hpp"

namespace annals::erased_test {
using namespace annals::test;

namespace {

std::size_t size_of(const MemoryViews& views, ViewId view) {
  std::size_t count = 0;
  for (const auto& [place, value] : views) count += place.view == view ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("a person whose data is gone is rebuilt without digests and reads as not there", "[projections]") {
  World world;
  world.commit({created_person(1, forgotten_details())});
  PersonDetailsChange change;
  change.job_title = "Also forgotten";
  world.commit({updated_person(1, change)});
  world.commit({PersonLinked{person_id(1), UserId{5}, false}});
  world.erase(kMain, person_slot(1));
  MemoryByteStore fresh;
  rebuild(world.log, fresh, world.sealer, world.digester, std::nullopt, nullptr);
  const auto views = fresh.all();
  CHECK(size_of(views, view::person_emails) == 0);
  CHECK(size_of(views, view::person_unique_ids) == 0);
  CHECK_FALSE(person_exists(fresh.latest(), kMain, person_id(1)));
  CHECK_FALSE(read_person(fresh.latest(), kMain, person_id(1)));
  const auto row = read_person_row(fresh.latest(), kMain, person_id(1));
  REQUIRE(row);
  CHECK(row->erased);
  CHECK(row->version == StreamVersion{3});
  CHECK(row->slot == person_slot(1));
  CHECK(row->metadata_keys.empty());
  const auto live = LiveProjections::make(fresh, world.digester);
  live->load(world.log.platforms(), nullptr);
  CHECK_FALSE(live->person(kMain, person_id(1)));
  CHECK(live->persons(kMain, {}, {})->count == 0);
}

TEST_CASE("a person whose key went while the views stood is not there after the next load, and lists go on",
          "[projections]") {
  World world;
  world.commit({created_person(1, forgotten_details())});
  world.commit({created_person(2, "Remembered")});
  world.erase(kMain, person_slot(1));
  CHECK_FALSE(world.person(1));
  const auto live = world.reloaded(GENERATE(0, LiveProjections::kRecordBytes));
  CHECK_FALSE(live->person(kMain, person_id(1)));
  PersonFilter by_name;
  by_name.order = PersonOrder::name;
  CHECK(live->persons(kMain, by_name, {})->count == 1);
  CHECK(live->persons(kMain, searching("forgot"), {})->count == 0);
  CHECK(live->persons(kMain, searching("REMEMB"), {})->count == 1);
}

TEST_CASE("events that come after the key is gone leave the person erased", "[projections]") {
  World world;
  world.commit({created_person(1, forgotten_details())});
  world.erase(kMain, person_slot(1));
  PersonUpdated update;
  update.person = person_id(1);
  update.lifecycle_stage = LifecycleStage::churned;
  world.commit({update});
  CHECK_FALSE(person_exists(world.store.latest(), kMain, person_id(1)));
  CHECK(size_of(world.store.all(), view::person_emails) == 0);
  CHECK(size_of(world.store.all(), view::person_unique_ids) == 0);
  world.commit({PersonDeleted{person_id(1)}});
  CHECK(read_person_row(world.store.latest(), kMain, person_id(1))->version == StreamVersion{3});
  CHECK(world.rebuilt() == world.store.all());
}

TEST_CASE("an organization whose data is gone is not there, and its persons belong to none", "[projections]") {
  World world;
  world.commit({created_organization(1, "Forgotten Inc")});
  auto person = created_person(1, "Stays");
  person.organization = organization_id(1);
  world.commit({person});
  world.erase(kMain, organization_slot(1));
  MemoryByteStore fresh;
  rebuild(world.log, fresh, world.sealer, world.digester, std::nullopt, nullptr);
  CHECK(size_of(fresh.all(), view::organization_names) == 0);
  CHECK_FALSE(organization_exists(fresh.latest(), kMain, organization_id(1)));
  const auto live = LiveProjections::make(fresh, world.digester);
  live->load(world.log.platforms(), nullptr);
  CHECK_FALSE(live->organization(kMain, organization_id(1)));
  CHECK(live->organizations(kMain, {}, {})->count == 0);
  CHECK(live->person(kMain, person_id(1))->json.find(R"("organization":null)") != std::string::npos);
}

TEST_CASE("an invitation to a forgotten email stays countable and ends, but is found by none", "[projections]") {
  World world;
  open_main(world);
  world.commit({created_person(1, forgotten_details())});
  world.commit({issued_invitation(1, 1, "forget@example.org", world.now + std::chrono::hours(1))});
  world.erase(kMain, person_slot(1));
  MemoryByteStore fresh;
  rebuild(world.log, fresh, world.sealer, world.digester, std::nullopt, nullptr);
  CHECK(size_of(fresh.all(), view::active_invitations) == 0);
  CHECK_FALSE(open_invitation(fresh.latest(), kMain, world.digester, "forget@example.org"));
  CHECK(due_invitations(fresh.latest(), kMain, world.now + std::chrono::hours(2), 9).size() == 1);
  const auto live = LiveProjections::make(fresh, world.digester);
  live->load(world.log.platforms(), nullptr);
  const auto page = live->invitations(kMain, {}, {}, world.now);
  REQUIRE(page->count == 1);
  CHECK(page->results.find(R"("email":null)") != std::string::npos);
  CHECK(live->active_invitations() == 1);
}

TEST_CASE("users, members, roles, policies, keys and platforms outlive their names", "[projections]") {
  World world;
  open_main(world);
  world.erase(kSystemPlatform, SlotId{112});
  world.erase(kSystemPlatform, SlotId{900 + kMain.value});
  world.erase(kMain, kPlatformSlot);
  world.erase(kMain, SlotId{212});
  MemoryByteStore fresh;
  rebuild(world.log, fresh, world.sealer, world.digester, std::nullopt, nullptr);
  const auto& views = fresh.latest();
  CHECK(read_user(views, UserId{12})->details == UserDetails{});
  CHECK_FALSE(user_with_username(views, world.digester, "vic"));
  CHECK(user_with_username(views, world.digester, "ada") == UserId{11});
  CHECK(read_member(views, kMain, UserId{12})->active);
  CHECK(read_role(views, kMain, RoleId{1})->details == RoleDetails{});
  CHECK(size_of(fresh.all(), view::role_names) == 0);
  CHECK(size_of(fresh.all(), view::policy_names) == 0);
  CHECK(size_of(fresh.all(), view::api_key_names) == 0);
  CHECK(size_of(fresh.all(), view::platform_keys) == 0);
  const auto live = LiveProjections::make(fresh, world.digester);
  live->load(world.log.platforms(), nullptr);
  CHECK_FALSE(live->username(UserId{12}));
  const auto caller = live->caller(sha256("viewer secret"), world.now);
  REQUIRE(caller);
  CHECK(caller->grants == Grants());
  CHECK_FALSE(live->platform_with_key(""));
}

TEST_CASE("views of a story in which persons were forgotten are rebuilt without failing", "[projections]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  World world;
  Story story(world, seed);
  story.steps(200);
  for (std::uint64_t number = 1; number <= story.persons.size(); number += 2) {
    world.sealer.erase(kMain, person_slot(number));
  }
  world.sealer.erase(kMain, kPlatformSlot);
  MemoryByteStore once;
  rebuild(world.log, once, world.sealer, world.digester, std::nullopt, nullptr);
  MemoryByteStore again;
  rebuild(world.log, again, world.sealer, world.digester, std::nullopt, nullptr);
  CHECK(once.all() == again.all());
  for (std::uint64_t number = 1; number <= story.persons.size(); ++number) {
    const bool there = number % 2 == 0 && !story.persons[number - 1].deleted;
    REQUIRE(person_exists(once.latest(), kMain, person_id(number)) == there);
  }
}

}  // namespace annals::erased_test
