#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "app/backing_up.hpp"
#include "app/event_feed.hpp"
#include "app/log_notary.hpp"
#include "app/projection_upkeep.hpp"
#include "app/quarantining.hpp"
#include "app/reactors/log_reading.hpp"
#include "app/restoring.hpp"
#include "app/subcommands/check.hpp"
#include "app/subcommands/rebuild.hpp"
#include "app/subcommands/replay.hpp"
#include "app/subcommands/verify.hpp"
#include "core/json.hpp"
#include "projections/history/stream_reading.hpp"
#include "projections/records.hpp"
#include "support/memory_byte_store.hpp"
#include "undecodable.hpp"

namespace annals::quarantine_test {
using namespace annals::test;

namespace {

constexpr PlatformId kMain{1};

void make_whole(Store& store) {
  const auto whole = make_views_whole(store, [](std::string_view, std::uint64_t, std::uint64_t) {});
  if (!whole) FAIL(whole.error());
}

/// Where making the views whole stops; 0: it does not.
Position stops_at(Store& store) {
  try {
    make_whole(store);
    return {};
  } catch (const UndecodableCommit& commit) {
    CHECK(commit.platform == kMain);
    return commit.position;
  }
}

std::expected<void, StartProblem> quarantine(Store& store, std::string_view key, Position position) {
  const QuarantineWish wish{std::string(key), position};
  return put_in_quarantine(store, {&wish, 1});
}

std::vector<ViewDifference> differences(Store& store) {
  MemoryByteStore scratch;
  return check(store.log(), store.views(), scratch, store.sealer(), store.digester(), {}).differences;
}

/// A directory whose log of main has a commit of three events in it, of which the last is unknown.
struct Place {
  Scratch scratch;
  std::filesystem::path directory = scratch / "data";
  std::unique_ptr<Store> store = first_start(directory);
  PersonId before = add_person(*store, "before");
  CommitFrame unknown = append_undecodable(*store, kMain, 2);

  Position applied() const { return applied_position(kMain, store->views().latest()); }
  void reopen() {
    store.reset();
    store = open_directory(options_of(directory));
  }
};

}  // namespace

TEST_CASE("views stop before a commit that cannot be decoded, at the event that is the reason", "[app]") {
  Place place;
  CHECK(stops_at(*place.store) == place.unknown.last());
  CHECK(place.applied().value == place.unknown.first.value - 1);
}

TEST_CASE("reactors pass over a commit in quarantine, and stop at one that is not", "[app][reactors]") {
  Place place;
  LogReading stopping(place.store->log(), kMain, {}, 100);
  CHECK_THROWS(stopping.next(Position{1}));
  REQUIRE(quarantine(*place.store, "main", place.unknown.first));
  LogReading log(place.store->log(), kMain, {}, 100);
  const auto commits = log.next(Position{1});
  REQUIRE_FALSE(commits.empty());
  CHECK(commits.back().last() == place.unknown.last());
  CHECK(commits.back().events.empty());
}

TEST_CASE("a commit in quarantine is passed over whole, whichever of its positions was named", "[app]") {
  Place place;
  const auto named = GENERATE(0u, 1u, 2u);
  REQUIRE(quarantine(*place.store, "main", Position{place.unknown.first.value + named}));
  CHECK(stops_at(*place.store) == Position{});
  CHECK(place.applied() == place.unknown.last());
  CHECK(place.store->quarantine().events() == 3);
  CHECK(differences(*place.store).empty());
}

TEST_CASE("what is named to quarantine once needs no second word, and may be named again", "[app]") {
  Place place;
  REQUIRE(quarantine(*place.store, "main", place.unknown.first));
  place.reopen();
  REQUIRE(quarantine(*place.store, "main", place.unknown.last()));
  CHECK(place.store->quarantine().of(kMain).size() == 1);
  CHECK(stops_at(*place.store) == Position{});
}

TEST_CASE("commands go on behind a commit in quarantine", "[app]") {
  Place place;
  REQUIRE(quarantine(*place.store, "main", place.unknown.first));
  make_whole(*place.store);
  const auto after = add_person(*place.store, "after");
  CHECK(place.store->log().head(kMain).position.value == place.unknown.last().value + 1);
  CHECK(read_person(place.store->views().latest(), kMain, after)->details.name == "after");
  rebuild_everything(*place.store, {});
  CHECK(read_person(place.store->views().latest(), kMain, place.before)->details.name == "before");
  CHECK(read_person(place.store->views().latest(), kMain, after)->details.name == "after");
  CHECK(differences(*place.store).empty());
}

TEST_CASE("what can be decoded, or is not there, is not put into quarantine", "[app]") {
  Place place;
  const auto refused = [&](std::string_view key, std::uint64_t position) {
    const auto put = quarantine(*place.store, key, Position{position});
    REQUIRE_FALSE(put);
    CHECK(put.error().exit_code == 2);
    return put.error().sentence;
  };
  const auto last = place.unknown.last().value;
  CHECK(refused("main", 1) == "--quarantine main:1: what is there can be decoded, and is not passed over.");
  CHECK(refused("main", last + 1) == fmt::format("--quarantine main:{}: the log ends at position {}.", last + 1, last));
  CHECK(refused("nowhere", 4) == "--quarantine nowhere:4: there is no such platform; there are system and main.");
  CHECK(place.store->quarantine().empty());
}

TEST_CASE("views that passed over other commits than those in quarantine are rebuilt", "[app]") {
  Place place;
  REQUIRE(quarantine(*place.store, "main", place.unknown.first));
  make_whole(*place.store);
  add_person(*place.store, "after");
  SECTION("because one was taken out of the file") {
    place.store.reset();
    std::filesystem::remove(place.directory / Quarantine::kName);
    place.store = open_directory(options_of(place.directory));
    CHECK(stops_at(*place.store) == place.unknown.last());
  }
  SECTION("but not when they are the same") {
    place.reopen();
    CHECK_FALSE(passes_over_others(place.store->log(), place.store->views().latest(), place.store->quarantine()));
  }
}

TEST_CASE("the feed shows each event in quarantine as such, and goes on behind it", "[app]") {
  Place place;
  REQUIRE(quarantine(*place.store, "main", place.unknown.first));
  make_whole(*place.store);
  add_person(*place.store, "after");
  const auto live = LiveProjections::make(place.store->views(), place.store->digester());
  live->load(place.store->log().platforms(), [](std::uint64_t, std::uint64_t) {});
  const LogEventFeed feed(place.store->log(), place.store->sealer(), *live);
  const Position after{place.unknown.first.value - 1};
  // Also when other types are asked for: which these are of nobody knows.
  const auto read = feed.read(kMain, {{"PersonCreated"}, {}}, after, place.store->log().head(kMain).position,
                              {100, 100, 1u << 20, 1u << 20});
  REQUIRE(read);
  REQUIRE(read->events.size() == 4);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& shown = read->events[i];
    CHECK(shown.position.value == place.unknown.first.value + i);
    CHECK(shown.type == "quarantined");
    const auto members = json_members(shown.json);
    const std::map<std::string, std::string> all(members.begin(), members.end());
    CHECK(all.at("quarantined") == "true");
    CHECK(all.at("position") == std::to_string(shown.position.value));
    CHECK(all.at("platform_key") == "\"main\"");
    CHECK(all.at("why").find("OrganizationTeleprt") != std::string::npos);
  }
  CHECK(read->events[3].type == "PersonCreated");
}

TEST_CASE("a commit in quarantine counts as recorded when the one before it was", "[app]") {
  Place place;
  REQUIRE(quarantine(*place.store, "main", place.unknown.first));
  make_whole(*place.store);
  add_person(*place.store, "after");
  EventReader reader(place.store->log(), place.store->sealer(), kMain);
  const auto before = reader.recorded_at(Position{place.unknown.first.value - 1});
  CHECK(reader.recorded_at(place.unknown.last()) == before);
  CHECK(whole_commits_until(place.store->log(), place.store->sealer(), kMain, before) == place.unknown.last());
}

TEST_CASE("a head that ends with a commit in quarantine can be signed", "[app]") {
  Place place;
  REQUIRE(quarantine(*place.store, "main", place.unknown.first));
  make_whole(*place.store);
  const auto signed_now = signed_head(*place.store, kMain, "main", place.store->log().head(kMain), clock_now());
  CHECK(signed_now.head.position == place.unknown.last());
}

TEST_CASE("the quarantine goes with a backup", "[app]") {
  Place place;
  REQUIRE(quarantine(*place.store, "main", place.unknown.first));
  make_whole(*place.store);
  const auto after = add_person(*place.store, "after");
  const auto file = place.scratch / "backup";
  {
    const PlatformKeys keys(*place.store);
    BackupWriter writer(file);
    const BackupOrder order{place.directory, false, "2026-06-04T14:22:11.482913Z", "0.0.1"};
    REQUIRE(BackingUp(*place.store, order, writer, [](std::uint64_t, std::uint64_t) {}).run(keys));
    REQUIRE(writer.finish());
  }
  const auto copy = place.scratch / "copy";
  std::filesystem::create_directories(copy);
  REQUIRE(begin_restoring(copy));
  std::ifstream in(file, std::ios::binary);
  REQUIRE(Restoring(in, options_of(copy), {}, [](auto, auto, auto) {}).run());
  REQUIRE(end_restoring(copy));
  const auto restored = open_directory(options_of(copy));
  CHECK(restored->quarantine().of(kMain) == place.store->quarantine().of(kMain));
  CHECK(read_person(restored->views().latest(), kMain, after)->details.name == "after");
  CHECK(differences(*restored).empty());
}

TEST_CASE("a log that cannot be decoded is not backed up as if it could", "[app]") {
  Place place;
  const PlatformKeys keys(*place.store);
  BackupWriter writer(place.scratch / "backup");
  const BackupOrder order{place.directory, false, "2026-06-04T14:22:11.482913Z", "0.0.1"};
  CHECK_THROWS_AS(BackingUp(*place.store, order, writer, [](std::uint64_t, std::uint64_t) {}).run(keys),
                  UndecodableCommit);
}

TEST_CASE("commands over a log that cannot be decoded exit 3 until it is quarantined", "[app]") {
  Place place;
  place.store.reset();
  auto config =
      *resolve_config({{"data", {place.directory.string()}}}, [](const std::string&) { return std::nullopt; });
  CHECK(verify(config, {}) == 0);
  CHECK(check(config) == 3);
  CHECK(rebuild(config, {}) == 3);
  config.quarantine = {{"main", Position{1}}};
  CHECK(rebuild(config, {}) == 2);
  config.quarantine = {{"main", place.unknown.last()}};
  CHECK(rebuild(config, {}) == 0);
  config.quarantine.clear();
  CHECK(rebuild(config, {}) == 0);
  CHECK(check(config) == 0);
  CHECK(verify(config, {}) == 0);
  CHECK(replay(config, {}) == 0);
}

}  // namespace annals::quarantine_test
