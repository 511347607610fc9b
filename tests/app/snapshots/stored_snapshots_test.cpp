#include "app/snapshots/stored_snapshots.hpp"

#include "app/snapshots/living_store.hpp"
#include "app/snapshots/reading_files.hpp"

namespace annals::stored_snapshots_test {
using namespace annals::test;

namespace {

namespace fs = std::filesystem;
using Why = SnapshotRefusal::Why;

/// A store with one person, and its stored snapshots.
struct Stored {
  Scratch scratch;
  std::unique_ptr<Store> store = first_start(scratch / "data");
  PersonId ada = add_person(*store, "Ada");
  std::unique_ptr<StoredSnapshots> snapshots = opened();

  std::unique_ptr<StoredSnapshots> opened() {
    return std::make_unique<StoredSnapshots>(*store, scratch / "data/snapshots", "0.0.0");
  }
  SnapshotResult<ShownSnapshot> create(SnapshotFormat format = SnapshotFormat::sqlite,
                                       std::optional<Position> at = std::nullopt) {
    return snapshots->create(kMainPlatform, "main", format, at);
  }
  ShownSnapshot once_done(Position position) {
    while (true) {
      auto shown = snapshots->find(kMainPlatform, position);
      REQUIRE(shown);
      if (shown->json.find(R"("state":"building")") == std::string::npos) return *shown;
      std::this_thread::yield();
    }
  }
  Position taken(SnapshotFormat format = SnapshotFormat::sqlite, std::optional<Position> at = std::nullopt) {
    const auto created = create(format, at);
    REQUIRE(created);
    CHECK(once_done(created->position).ready);
    return created->position;
  }
  fs::path folder() const { return scratch / "data/snapshots/1"; }
};

}  // namespace

TEST_CASE("a stored snapshot is built behind the answer, listed, served by its files, and deleted",
          "[app][snapshots]") {
  Stored stored;
  const auto created = stored.create();
  REQUIRE(created);
  CHECK(created->position == end_of_log(*stored.store));
  const auto at = std::to_string(created->position.value);
  CHECK(created->json == R"({"state":"building","position":)" + at + R"(,"format":"sqlite"})");
  const auto ready = stored.once_done(created->position);
  CHECK(ready.ready);
  CHECK(ready.json.starts_with(R"({"state":"ready","position":)" + at + R"(,"format":"sqlite","schema":1,)"));
  const auto list = stored.snapshots->list(kMainPlatform);
  REQUIRE(list.size() == 1);
  CHECK(list[0].json == ready.json);

  const auto file = stored.snapshots->file(kMainPlatform, created->position, "annals.db");
  REQUIRE(file);
  CHECK(rows_of(file->parent_path(), "SELECT name FROM persons") == std::vector<std::string>{"Ada"});
  for (const auto* other : {"manifest.json", "../annals.db", "", "persons.csv"}) {
    CHECK_FALSE(stored.snapshots->file(kMainPlatform, created->position, other));
  }
  CHECK(fs::status(file->parent_path()).permissions() == fs::perms::owner_all);

  const PlatformId elsewhere{2};
  CHECK(stored.snapshots->list(elsewhere).empty());
  CHECK_FALSE(stored.snapshots->find(elsewhere, created->position));
  CHECK_FALSE(stored.snapshots->file(elsewhere, created->position, "annals.db"));
  CHECK_FALSE(stored.snapshots->remove(elsewhere, created->position));

  CHECK(stored.snapshots->remove(kMainPlatform, created->position));
  CHECK_FALSE(stored.snapshots->remove(kMainPlatform, created->position));
  CHECK(stored.snapshots->list(kMainPlatform).empty());
  CHECK(fs::is_empty(stored.folder()));
}

TEST_CASE("there is one stored snapshot of a position, in one format", "[app][snapshots]") {
  Stored stored;
  const auto position = stored.taken();
  const auto again = stored.create();
  REQUIRE(again);
  CHECK(again->ready);
  CHECK(stored.create(SnapshotFormat::csv).error().why == Why::conflict);
  CHECK(stored.create(SnapshotFormat::sqlite, position)->ready);
  const auto first = Position{position.value - 1};
  CHECK(stored.taken(SnapshotFormat::csv, first) == first);
  CHECK(stored.create(SnapshotFormat::csv, Position{position.value + 1}).error().why == Why::no_such_state);
  CHECK(stored.create(SnapshotFormat::csv, Position{1}).error().why == Why::no_such_state);
  const auto list = stored.snapshots->list(kMainPlatform);
  REQUIRE(list.size() == 2);
  CHECK(list[0].position == position);
  CHECK(list[1].position == first);
}

TEST_CASE("a bounded number of snapshots is kept", "[app][snapshots]") {
  Stored stored;
  while (stored.snapshots->list(kMainPlatform).size() < StoredSnapshots::kKeptMax) {
    stored.taken(SnapshotFormat::csv);
    rename_person(*stored.store, stored.ada, "Ada " + std::to_string(end_of_log(*stored.store).value));
  }
  CHECK(stored.create().error().why == Why::conflict);
  const auto oldest = stored.snapshots->list(kMainPlatform).back().position;
  CHECK(stored.snapshots->remove(kMainPlatform, oldest));
  CHECK(stored.create());
}

TEST_CASE("an erasure takes every stored snapshot of its platform along", "[app][snapshots]") {
  Stored stored;
  const auto first = stored.taken();
  const auto bob = add_person(*stored.store, "Bob");
  const auto second = stored.taken(SnapshotFormat::csv);
  fs::create_directories(stored.scratch / "data/snapshots/2/7");
  erase_person(*stored.store, bob, [&](PlatformId platform) { return stored.snapshots->forget(platform); });
  CHECK_FALSE(stored.snapshots->find(kMainPlatform, first));
  CHECK_FALSE(stored.snapshots->find(kMainPlatform, second));
  CHECK_FALSE(fs::exists(stored.folder()));
  CHECK(fs::exists(stored.scratch / "data/snapshots/2/7"));
  const auto again = stored.taken();
  CHECK(again == end_of_log(*stored.store));
  CHECK(rows_of(stored.folder() / std::to_string(again.value), "SELECT name FROM persons") ==
        std::vector<std::string>{"Ada"});
}

TEST_CASE("a snapshot that is being built while someone is erased comes to nothing", "[app][snapshots]") {
  Stored stored;
  // Whether it is caught waiting, half built or just about to be done.
  for (int round = 0; round < 20; ++round) {
    rename_person(*stored.store, stored.ada, "Ada " + std::to_string(round));
    const auto created = stored.create();
    REQUIRE(created);
    std::this_thread::sleep_for(std::chrono::milliseconds(round));
    REQUIRE(stored.snapshots->forget(kMainPlatform));
    const auto left = stored.snapshots->find(kMainPlatform, created->position);
    if (left) CHECK(left->json.find(R"("state":"failed")") != std::string::npos);
    if (left) CHECK(stored.snapshots->remove(kMainPlatform, created->position));
    stored.snapshots.reset();  // ends what it was doing
    stored.snapshots = stored.opened();
    CHECK(stored.snapshots->list(kMainPlatform).empty());
    CHECK((!fs::exists(stored.folder()) || fs::is_empty(stored.folder())));
  }
}

TEST_CASE("what a crash left half built is removed at the next start, what was ready stays", "[app][snapshots]") {
  Stored stored;
  const auto position = stored.taken();
  fs::create_directory(stored.folder() / "9.building-Xy12Zz");
  std::ofstream(stored.folder() / "9.building-Xy12Zz/annals.db") << "half";
  stored.snapshots = stored.opened();
  CHECK(stored.snapshots->list(kMainPlatform).size() == 1);
  CHECK(std::distance(fs::directory_iterator(stored.folder()), fs::directory_iterator()) == 1);
  CHECK(stored.snapshots->find(kMainPlatform, position)->ready);
}

TEST_CASE("two stored snapshots are compared, as far as asked for", "[app][snapshots]") {
  Stored stored;
  const auto from = stored.taken();
  add_person(*stored.store, "Bob");
  add_person(*stored.store, "Carol");
  const auto to = stored.taken();
  const auto diff = stored.snapshots->diff(kMainPlatform, from, to, 1);
  REQUIRE(diff);
  CHECK(diff->starts_with(R"({"from":)" + std::to_string(from.value) + R"(,"to":)" + std::to_string(to.value) +
                          R"(,"tables":[{"table":"persons","added":2,"removed":0,"changed":0},)"));
  CHECK(diff->ends_with(R"("truncated":true})"));
  CHECK(stored.snapshots->diff(kMainPlatform, from, to, 2)->ends_with(R"("truncated":false})"));
  CHECK(stored.snapshots->diff(kMainPlatform, from, Position{to.value + 1}, 1).error().why == Why::not_found);
  add_person(*stored.store, "Dan");
  const auto csv = stored.taken(SnapshotFormat::csv);
  CHECK(stored.snapshots->diff(kMainPlatform, from, csv, 1).error().why == Why::conflict);
}

TEST_CASE("changes that are too large for one answer are counted and not shown", "[app][snapshots]") {
  Stored stored;
  const auto from = stored.taken();
  for (const auto* name : {"First", "Second"}) {
    done_in(*stored.store, CreatePerson::from(body({{"name", quote_json(name)},
                                                    {"metadata", R"({"k":")" + std::string(3u << 20, 'x') + "\"}"}})));
  }
  const auto diff = stored.snapshots->diff(kMainPlatform, from, stored.taken(), 100);
  REQUIRE(diff);
  CHECK(diff->find(R"({"table":"persons","added":2,)") != std::string::npos);
  CHECK(diff->find("First") != std::string::npos);
  CHECK(diff->size() < (9u << 20));
  CHECK(diff->ends_with(R"("truncated":true})"));
}

TEST_CASE("one that is stopped begins nothing more", "[app][snapshots]") {
  Stored stored;
  stored.snapshots->stop();
  CHECK(stored.create().error().why == Why::stopping);
}

}  // namespace annals::stored_snapshots_test
