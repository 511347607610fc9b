#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "app/backing_up.hpp"
#include "app/invitation_secrets.hpp"
#include "app/restoring.hpp"
#include "projections/rebuild.hpp"
#include "projections/records.hpp"
#include "real_directory.hpp"
#include "support/memory_byte_store.hpp"

namespace annals::backup_test {
using namespace annals::test;

namespace {

constexpr PlatformId kMain{1};

void back_up(const std::filesystem::path& directory, const std::filesystem::path& file, bool own_master_key = false) {
  auto opened = Store::open_beside(options_of(directory));
  REQUIRE(opened);
  const PlatformKeys keys(**opened);
  const BackupOrder order{directory, own_master_key, "2026-06-04T14:22:11.482913Z", "0.0.1"};
  BackupWriter writer(file);
  REQUIRE(BackingUp(**opened, order, writer, [](std::uint64_t, std::uint64_t) {}).run(keys));
  REQUIRE(writer.finish());
}

Restored restored_from(std::istream& in, const std::filesystem::path& directory,
                       const std::vector<NotedErasure>& erasures = {}) {
  std::filesystem::create_directories(directory);
  REQUIRE(begin_restoring(directory));
  auto restored = Restoring(in, options_of(directory), erasures, [](auto, auto, auto) {}).run();
  if (!restored) FAIL(restored.error().sentence);
  REQUIRE(end_restoring(directory));
  return *std::move(restored);
}

Restored restore(const std::filesystem::path& file, const std::filesystem::path& directory,
                 const std::vector<NotedErasure>& erasures = {}) {
  std::ifstream in(file, std::ios::binary);
  return restored_from(in, directory, erasures);
}

/// Why a backup made of these sections cannot be restored.
std::string why_damaged(const std::vector<std::pair<BackupSection, std::string>>& sections, const Scratch& scratch) {
  const auto file = scratch / "crafted";
  const auto directory = scratch / "crafted-data";
  std::filesystem::remove_all(file);
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  REQUIRE(begin_restoring(directory));
  BackupWriter writer(file);
  for (const auto& [kind, payload] : sections) writer.add(kind, payload);
  REQUIRE(writer.finish());
  std::ifstream in(file, std::ios::binary);
  try {
    const auto restored = Restoring(in, options_of(directory), {}, [](auto, auto, auto) {}).run();
    return restored ? std::string() : restored.error().sentence;
  } catch (const BackupDamage& damage) {
    return damage.what();
  }
}

std::vector<std::pair<BackupSection, std::string>> sections_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  BackupReader reader(in);
  std::vector<std::pair<BackupSection, std::string>> sections;
  while (auto section = reader.next()) sections.emplace_back(section->kind, std::move(section->payload));
  return sections;
}

std::vector<std::string> bytes_of(Store& store) {
  std::vector<std::string> bytes;
  for (const auto platform : store.log().platforms()) {
    for (const auto& commit : all_commits(store, platform)) bytes.push_back(commit.bytes);
  }
  return bytes;
}

std::size_t at_section(const std::vector<std::pair<BackupSection, std::string>>& sections, BackupSection kind) {
  for (std::size_t i = 0; i < sections.size(); ++i) {
    if (sections[i].first == kind) return i;
  }
  throw std::logic_error("no such section");
}

}  // namespace

TEST_CASE("what was restored is what was backed up: the log, the keys, the views", "[app][backup]") {
  const Scratch scratch;
  const auto ada = [&] {
    const auto store = first_start(scratch / "data");
    KeyUses uses;
    uses.use_of(kMain, KeyId{1}).note(from_micros(1'760'000'040'000'000));
    REQUIRE(uses.save(store->views()));
    return add_person(*store, "ada");
  }();
  back_up(scratch / "data", scratch / "backup");
  const auto restored = restore(scratch / "backup", scratch / "copy");
  CHECK(restored.manifest.has_master_key);
  CHECK(restored.manifest.platforms[1].key == "main");
  const auto original = open_directory(options_of(scratch / "data"));
  const auto copy = open_directory(options_of(scratch / "copy"));
  CHECK(bytes_of(*copy) == bytes_of(*original));
  CHECK(copy->log().head(kMain) == original->log().head(kMain));
  CHECK(copy->signing_key().public_key() == original->signing_key().public_key());
  CHECK(InvitationSecrets(*copy).secret(kMain, InvitationId{5}, {}) ==
        InvitationSecrets(*original).secret(kMain, InvitationId{5}, {}));
  CHECK(read_person(copy->views().latest(), kMain, ada)->details.name == "ada");
  CHECK(KeyUses::saved(copy->views().latest(), kMain) == KeyUses::saved(original->views().latest(), kMain));
  CHECK(KeyUses::saved(copy->views().latest(), kMain).size() == 1);
}

TEST_CASE("a backup beside a writing server holds what was there when it began", "[app][backup]") {
  const Scratch scratch;
  const auto store = first_start(scratch / "data");
  add_person(*store, "ada");
  back_up(scratch / "data", scratch / "backup");
  const auto head = store->log().head(kMain);
  add_person(*store, "grace");
  restore(scratch / "backup", scratch / "copy");
  CHECK(open_directory(options_of(scratch / "copy"))->log().head(kMain) == head);
}

TEST_CASE("a slot that the old server gave away after the backup has another key in the restored one",
          "[app][backup]") {
  const Scratch scratch;
  const auto store = first_start(scratch / "data");
  add_person(*store, "ada");
  back_up(scratch / "data", scratch / "backup");
  const auto later = store->reserve_slot(kMain);
  std::string sealed;
  store->sealer().seal(kMain, later, "place", "of somebody new", sealed);
  restore(scratch / "backup", scratch / "copy");
  const auto copy = open_directory(options_of(scratch / "copy"));
  CHECK_THROWS_AS(copy->sealer().open(kMain, later, "place", sealed), DecodeError);
  // The number is the next to be given, to somebody else and with another key.
  CHECK(copy->reserve_slot(kMain) == later);
  CHECK_THROWS_AS(copy->sealer().open(kMain, later, "place", sealed), DecodeError);
}

TEST_CASE("who was erased since the backup has no key in what is restored, and nobody else lost one", "[app][backup]") {
  const Scratch scratch;
  PersonId ada;
  PersonId grace;
  SlotId slot;
  {
    const auto store = first_start(scratch / "data");
    ada = add_person(*store, "ada");
    grace = add_person(*store, "grace");
    slot = read_person(store->views().latest(), kMain, ada)->slot;
  }
  back_up(scratch / "data", scratch / "backup");
  const PersonId stranger(random_uuid());
  // The second is a person that this log gives another slot, the third one whom it does not know.
  const auto restored = restore(scratch / "backup", scratch / "copy",
                                {{kMain, ada, slot, Position{90}},
                                 {kMain, ada, SlotId{slot.value + 1}, Position{91}},
                                 {kMain, stranger, SlotId{slot.value + 100'000}, Position{92}}});
  CHECK(restored.erased == 1);
  const auto copy = open_directory(options_of(scratch / "copy"));
  CHECK_FALSE(person_exists(copy->views().latest(), kMain, ada));
  CHECK(read_person(copy->views().latest(), kMain, grace)->details.name == "grace");
}

TEST_CASE("a restored log says who was erased since the backup, and that only once", "[app][backup]") {
  const Scratch scratch;
  NotedErasure noted;
  std::uint64_t events = 0;
  {
    const auto store = first_start(scratch / "data");
    const auto ada = add_person(*store, "ada");
    noted = {kMain, ada, read_person(store->views().latest(), kMain, ada)->slot, Position{90},
             parse_time("2026-06-04T14:22:11Z")->at};
    events = store->log().head(kMain).position.value;
  }
  back_up(scratch / "data", scratch / "backup");
  restore(scratch / "backup", scratch / "copy", {noted});
  const auto expect_one = [&](const std::filesystem::path& directory) {
    const auto copy = open_directory(options_of(directory));
    CHECK(copy->log().head(kMain).position.value == events + 1);
    const auto erasure = read_erasure(copy->views().latest(), kMain, noted.person);
    REQUIRE(erasure);
    CHECK(erasure->position.value == events + 1);
    CHECK(erasure->slot == noted.slot);
    CHECK(erasure->by == UserId{});
    CHECK(erasure->reason.starts_with("Erased at 2026-06-04T14:22:11.000000Z;"));
    const auto listed = read_noted_erasures((directory / "erasures").string());
    REQUIRE(listed);
    REQUIRE(listed->size() == 1);
    CHECK(listed->front().person == noted.person);
    CHECK(listed->front().position.value == events + 1);
  };
  expect_one(scratch / "copy");
  back_up(scratch / "copy", scratch / "second");
  CHECK(restore(scratch / "second", scratch / "again", {noted}).erased == 1);
  expect_one(scratch / "again");
}

TEST_CASE("a directory that a restore has not finished opens for nobody else", "[app][backup]") {
  const Scratch scratch;
  first_start(scratch / "data").reset();
  back_up(scratch / "data", scratch / "backup");
  restore(scratch / "backup", scratch / "copy");
  REQUIRE(begin_restoring(scratch / "copy"));
  for (const auto& opened : {Store::open(options_of(scratch / "copy")).error().sentence,
                             Store::open_beside(options_of(scratch / "copy")).error().sentence}) {
    CHECK_THAT(opened, Catch::Contains("broken off; remove it"));
  }
}

TEST_CASE("a backup under the operator's own master key holds none", "[app][backup]") {
  const Scratch scratch;
  first_start(scratch / "data").reset();
  back_up(scratch / "data", scratch / "backup", true);
  for (const auto& [kind, payload] : sections_of(scratch / "backup")) CHECK(kind != BackupSection::master_key);
}

TEST_CASE("a backup whose sections do not fit together is damaged", "[app][backup]") {
  const Scratch scratch;
  {
    const auto store = first_start(scratch / "data");
    for (const auto* name : {"ada", "grace"}) add_person(*store, name);
  }
  back_up(scratch / "data", scratch / "backup");
  const auto whole = sections_of(scratch / "backup");
  REQUIRE(why_damaged(whole, scratch) == "");
  const auto commits = at_section(whole, BackupSection::commits);
  const auto slots = at_section(whole, BackupSection::slots);

  auto left_out = whole;
  left_out.erase(left_out.begin() + static_cast<std::ptrdiff_t>(commits));
  CHECK_THAT(why_damaged(left_out, scratch), Catch::Contains("the log of platform 0 ends at position 0"));

  auto altered = whole;
  altered[commits].second[4 + CommitFrame::kBytes + 5] ^= 1;
  CHECK_THAT(why_damaged(altered, scratch), Catch::Contains("does not follow the one before"));

  auto twice = whole;
  twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(commits), whole[commits]);
  CHECK_THAT(why_damaged(twice, scratch), Catch::Contains("does not follow the one before"));

  auto no_secret = whole;
  no_secret.erase(no_secret.begin() + 1);
  CHECK_THAT(why_damaged(no_secret, scratch), Catch::Contains("no root secret stands before it"));

  auto moved = whole;
  std::swap(moved[commits], moved[slots]);
  CHECK_THAT(why_damaged(moved, scratch), Catch::Contains("section"));

  auto gap = whole;
  gap[slots].second[8] = 3;  // the first slot's number
  CHECK_THAT(why_damaged(gap, scratch), Catch::Contains("slots are missing before it"));

  auto no_manifest = whole;
  no_manifest.erase(no_manifest.begin());
  CHECK_THAT(why_damaged(no_manifest, scratch), Catch::Contains("a manifest stands first"));
}

TEST_CASE("a noted erasure is read from its line, and a line that is none is refused", "[app][backup]") {
  const auto read = NotedErasure::parse(
      R"({"platform": 1, "person": "5e83a8cd-f217-4c61-86ab-d0f51a3f6489", "slot": 7, "position": 9, "erased_at": "x"})");
  REQUIRE(read);
  CHECK(*read ==
        NotedErasure{PlatformId{1}, *PersonId::parse("5e83a8cdf2174c6186abd0f51a3f6489"), SlotId{7}, Position{9}});
  const auto timed = NotedErasure::parse(
      R"({"platform": 1, "person": "5e83a8cd-f217-4c61-86ab-d0f51a3f6489", "slot": 7, "position": 9, "erased_at": "2026-06-04T14:22:11Z"})");
  REQUIRE(timed);
  CHECK(timed->erased_at == parse_time("2026-06-04T14:22:11Z")->at);
  for (const auto* line :
       {"", "[]", "{}", R"({"platform": 1, "person": "x", "slot": 7, "position": 9})",
        R"({"platform": 1, "slot": 7, "position": 9})",
        R"({"platform": -1, "person": "5e83a8cd-f217-4c61-86ab-d0f51a3f6489", "slot": 7, "position": 9})"}) {
    CHECK_FALSE(NotedErasure::parse(line));
  }
}

}  // namespace annals::backup_test
