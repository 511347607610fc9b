#include "projections/erasures.hpp"

#include <catch2/catch.hpp>

#include "projections/person_directory.hpp"
#include "projections/story.hpp"
#include "projections/view_ids.hpp"

namespace annals::erasures_test {
using namespace annals::test;

namespace {

PersonErased erased_person(std::uint64_t number, std::vector<InvitationId> invitations = {}) {
  return {person_id(number), person_slot(number), std::move(invitations), {}};
}

/// As a server does: the commit, then the key.
void erase_person(World& world, const PersonErased& event) {
  world.commit({event});
  world.erase(kMain, event.slot);
}

/// All plain parts under the views of persons and invitations, as one text.
std::string plain_parts(const MemoryViews& views) {
  std::string all;
  for (const auto& [place, value] : views) all += place.key + value.plain;
  return all;
}

}  // namespace

TEST_CASE("of an erased person only where it stood is left", "[projections]") {
  World world;
  open_main(world);
  auto created = created_person(1, forgotten_details());
  created.owner = UserId{11};
  created.metadata_keys = {world.digester.short_digest(kMain, DigestPurpose::metadata_key, "vip")};
  world.commit({created});
  const auto email = email_digest(world.digester, kMain, "forget@example.org");
  CHECK(plain_parts(world.store.all()).find(as_view(email)) != std::string::npos);
  erase_person(world, erased_person(1));
  const auto row = read_person_row(world.store.latest(), kMain, person_id(1));
  REQUIRE(row);
  PersonRow left;
  left.ordinal = Ordinal{0};
  left.id = person_id(1);
  left.version = StreamVersion{2};
  left.slot = person_slot(1);
  left.deleted = true;
  left.erased = true;
  left.positions = row->positions;
  CHECK(left.positions.size() == 2);
  CHECK(*row == left);
  CHECK(plain_parts(world.store.all()).find(as_view(email)) == std::string::npos);
  CHECK_FALSE(world.live->person(kMain, person_id(1)));
  CHECK_FALSE(world.live->person_exists(kMain, person_id(1)));
  CHECK_FALSE(world.live->person_known(kMain, person_id(1)));
  CHECK(world.live->persons(kMain, {}, {})->count == 0);
  CHECK(world.live->persons(kMain, searching("forg"), {})->count == 0);
  CHECK(world.rebuilt() == world.store.all());
}

TEST_CASE("a deleted person is known until it is erased", "[projections]") {
  World world;
  world.commit({created_person(1, forgotten_details())});
  world.commit({PersonDeleted{person_id(1)}});
  CHECK(world.live->person_known(kMain, person_id(1)));
  erase_person(world, erased_person(1));
  CHECK_FALSE(world.live->person_known(kMain, person_id(1)));
  CHECK(world.rebuilt() == world.store.all());
}

TEST_CASE("the invitations of an erased person are found by no address", "[projections]") {
  World world;
  open_main(world);
  world.commit({created_person(1, forgotten_details())});
  const auto later = world.now + std::chrono::hours(9);
  world.commit({issued_invitation(1, 1, "forget@example.org", later)});
  world.commit({InvitationRevoked{InvitationId{1}}});
  world.commit({issued_invitation(2, std::nullopt, "forget@example.org", later)});
  InvitationFilter by_email;
  by_email.email = "forget@example.org";
  CHECK(world.live->invitations(kMain, by_email, {}, world.now)->count == 2);
  erase_person(world, erased_person(1, {InvitationId{1}}));
  CHECK(world.live->invitations(kMain, by_email, {}, world.now)->count == 1);
  CHECK(world.reloaded()->invitations(kMain, by_email, {}, world.now)->count == 1);
  CHECK(world.live->invitations(kMain, {}, {}, world.now)->count == 2);
  CHECK(open_invitation(world.store.latest(), kMain, world.digester, "forget@example.org")->id == InvitationId{2});
  CHECK(world.rebuilt() == world.store.all());
}

TEST_CASE("the answer kept of a person's creation is gone with the person", "[projections]") {
  World world;
  open_main(world);
  const auto key = sha256("a key");
  world.commit(kMain, {created_person(1, forgotten_details())}, IdempotencyMark{key, sha256("a request"), 201});
  CHECK(world.live->kept_answer(kMain, key, world.now));
  erase_person(world, erased_person(1));
  CHECK_FALSE(world.live->kept_answer(kMain, key, world.now));
  CHECK(world.rebuilt() == world.store.all());
}

TEST_CASE("who was erased, when, by whom and why is kept", "[projections]") {
  World world;
  open_main(world);
  world.commit({created_person(1, "One")});
  world.commit({created_person(2, "Two")});
  auto because = erased_person(1);
  because.details = Sealed<ErasureDetails>{kPlatformSlot, ErasureDetails{"Asked for by letter"}};
  const auto& commit = world.commit({because});
  const auto found = read_erasure(world.store.latest(), kMain, person_id(1));
  REQUIRE(found);
  CHECK(found->reason == "Asked for by letter");
  CHECK(found->slot == person_slot(1));
  CHECK(found->position == commit.header.frame.first);
  CHECK(found->at == commit.events[0].recorded_at);
  CHECK(static_cast<const ErasureRow&>(*found) == erasures_in(commit).at(0));
  world.commit({erased_person(2)});
  CHECK(read_erasure(world.store.latest(), kMain, person_id(2))->reason.empty());
  CHECK_FALSE(read_erasure(world.store.latest(), kMain, person_id(3)));
  const auto all = erasures(world.store.latest(), kMain);
  REQUIRE(all.size() == 2);
  CHECK(all[0].person == person_id(1));
  CHECK(all[1].person == person_id(2));
  world.erase(kMain, kPlatformSlot);
  CHECK(read_erasure(world.store.latest(), kMain, person_id(1))->reason.empty());
}

TEST_CASE("views rebuilt without the keys of erased persons are the views that the erasures left", "[projections]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  World world;
  Story story(world, seed);
  story.steps(600);
  REQUIRE_FALSE(erasures(world.store.latest(), kMain).empty());
  CHECK(world.rebuilt() == world.store.all());
}

}  // namespace annals::erasures_test
