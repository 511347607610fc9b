#include <catch2/catch.hpp>

#include "core/crypto.hpp"
#include "storage/damaging.hpp"
#include "storage/heads_file.hpp"
#include "storage/log_entry.hpp"

namespace annals::damage_test {
using namespace annals::test;

TEST_CASE("a flipped byte in the write-ahead log is found and the first lost commit named", "[storage][damage]") {
  Written written(Written::In::write_ahead_log);
  const auto& directory = written.directory.path();
  const auto wal = the_file_with(directory, ".log", "<platform 1 commit 1>");
  const Layout layout(read_file(wal));
  const auto options = options_for(directory);
  REQUIRE(read_everything(Store::open_beside(options)) == std::nullopt);
  const auto end = layout.commits.back().end;
  std::size_t refused = 0;
  for (std::size_t offset = 0; offset < end; offset += 613) {
    CAPTURE(offset);
    flip_byte(wal, offset);
    const auto beside = read_everything(Store::open_beside(options));
    REQUIRE(beside);
    CHECK(beside->position.value == layout.first_lost(beside->platform, offset));
    if (offset % 13 == 0) {
      ++refused;
      const auto opened = read_everything(Store::open(options));
      REQUIRE(opened);
      CHECK(opened->position == beside->position);
      CHECK(opened->platform == beside->platform);
    }
    flip_byte(wal, offset);
  }
  CHECK(refused > 5);
  // All those refusals have changed nothing.
  CHECK(read_everything(Store::open(options)) == std::nullopt);
}

TEST_CASE("a flipped byte in a table is found and the first commit that cannot be read named", "[storage][damage]") {
  Written written(Written::In::tables);
  const auto& directory = written.directory.path();
  const auto table = the_file_with(directory, ".sst", "<platform 1 commit 1>");
  const auto bytes = read_file(table);
  const Layout layout(bytes);
  const auto options = options_for(directory);
  REQUIRE(read_everything(Store::open_beside(options)) == std::nullopt);
  std::size_t found = 0;
  for (std::size_t offset = 0; offset<bytes.size(); offset += offset + 3000> bytes.size() ? 7 : 509) {
    CAPTURE(offset);
    flip_byte(table, offset);
    const auto damage = read_everything(Store::open_beside(options));
    const auto hit = std::find_if(layout.commits.begin(), layout.commits.end(),
                                  [&](const auto& commit) { return commit.begin <= offset && offset < commit.end; });
    if (hit != layout.commits.end()) {
      REQUIRE(damage);
      // A block is read or not as a whole, so it may be one somewhat before.
      const auto named = layout.begin_of(damage->platform, damage->position.value);
      CHECK(named <= offset);
      CHECK(offset - named < 36'000);
    }
    found += damage ? 1 : 0;
    flip_byte(table, offset);
  }
  CHECK(found > 100);
}

TEST_CASE("damage in a table ahead is not taken for damage here", "[storage][damage]") {
  Written written(Written::In::tables);
  const auto& directory = written.directory.path();
  {
    const auto store = open_store(options_for(directory));
    append_in_turn(*store, kCommits + 1, kCommits + 20);
  }
  static_cast<void>(open_store(options_for(directory)));
  const auto table = the_file_with(directory, ".sst", "<platform 1 commit 61>");
  REQUIRE(table != the_file_with(directory, ".sst", "<platform 1 commit 60>"));
  const auto at = read_file(table).find("<platform 1 commit 61>");
  flip_byte(table, at);
  // RocksDB's iterator stumbles over the second table's first block when it begins to read the first table.
  const auto damage = read_everything(Store::open_beside(options_for(directory)), kCommits + 20);
  REQUIRE(damage);
  CHECK(damage->platform == kMain);
  CHECK(damage->position == Position{kCommits + 1});
  const auto opened = read_everything(Store::open(options_for(directory)), kCommits + 20);
  REQUIRE(opened);
  CHECK(opened->position == Position{kCommits + 1});
}

TEST_CASE("what tampering leaves is named by the first commit that does not verify", "[storage][damage]") {
  Written written(Written::In::tables);
  const auto& directory = written.directory.path();
  const auto change = [&](auto edit) {
    const auto engine = open_engine(directory);
    edit(*engine->db, engine->log);
  };
  const auto key = [](std::uint64_t position) { return LogKey{kMain, Position{position}}.encode(); };
  const auto entry = [](const CommitRecord& commit) { return commit.bytes + std::string(as_view(commit.hash)); };
  const auto chained_at = [&](std::uint64_t position) {
    const auto store = open_beside(options_for(directory));
    return make_commit(
        kMain, Head{Position{position - 1}, store->log().read(kMain, Position{position})->next()->frame.previous},
        "forged");
  };
  const rocksdb::WriteOptions write;
  std::uint64_t expected = 0;
  SECTION("other content under the old hash") {
    const auto old = open_beside(options_for(directory))->log().read(kMain, Position{30})->next();
    auto forged = *old;
    forged.bytes.back() = '?';
    change([&](auto& db, auto* log) { REQUIRE(db.Put(write, log, key(30), entry(forged)).ok()); });
    expected = 30;
  }
  SECTION("other content under its own hash: the next one does not follow") {
    const auto forged = chained_at(30);
    change([&](auto& db, auto* log) { REQUIRE(db.Put(write, log, key(30), entry(forged)).ok()); });
    expected = 31;
  }
  SECTION("the last one replaced: the noted head is another") {
    const auto forged = chained_at(kCommits);
    change([&](auto& db, auto* log) { REQUIRE(db.Put(write, log, key(kCommits), entry(forged)).ok()); });
    expected = kCommits;
  }
  SECTION("one in the middle removed") {
    change([&](auto& db, auto* log) { REQUIRE(db.Delete(write, log, key(17)).ok()); });
    expected = 17;
  }
  SECTION("the first removed") {
    change([&](auto& db, auto* log) { REQUIRE(db.Delete(write, log, key(1)).ok()); });
    expected = 1;
  }
  SECTION("the last two removed: the noted head is not reached") {
    change([&](auto& db, auto* log) {
      REQUIRE(db.Delete(write, log, key(kCommits)).ok());
      REQUIRE(db.Delete(write, log, key(kCommits - 1)).ok());
    });
    expected = kCommits - 1;
  }
  SECTION("all removed") {
    change([&](auto& db, auto* log) { REQUIRE(db.DeleteRange(write, log, key(0), key(UINT64_MAX)).ok()); });
    expected = 1;
  }
  SECTION("another's commit under this platform's key") {
    const auto foreign = open_beside(options_for(directory))->log().read(kOther, Position{9})->next();
    change([&](auto& db, auto* log) { REQUIRE(db.Put(write, log, key(9), entry(*foreign)).ok()); });
    expected = 9;
  }
  const auto damage = read_everything(Store::open_beside(options_for(directory)));
  REQUIRE(damage);
  CHECK(damage->platform == kMain);
  CHECK(damage->position.value == expected);
  const auto opened = read_everything(Store::open(options_for(directory)));
  REQUIRE(opened);
  CHECK(opened->position.value == expected);
}

TEST_CASE("damage that shows only behind recovery is met again at the next start", "[storage][damage]") {
  Written written(Written::In::tables);
  const auto& directory = written.directory.path();
  const auto last = open_beside(options_for(directory))->log().read(kMain, Position{kCommits})->next();
  const auto key = LogKey{kMain, Position{kCommits}}.encode();
  {
    const auto engine = open_engine(directory);
    REQUIRE(engine->db->Delete(rocksdb::WriteOptions(), engine->log, key).ok());
  }
  for (int start = 0; start < 3; ++start) CHECK(read_everything(Store::open(options_for(directory))));
  CHECK(fs::exists(directory / "damage.found"));
  {
    const auto engine = open_engine(directory);
    REQUIRE(engine->db->Put(rocksdb::WriteOptions(), engine->log, key, last->bytes + std::string(as_view(last->hash)))
                .ok());
  }
  CHECK(read_everything(Store::open(options_for(directory))) == std::nullopt);
  CHECK_FALSE(fs::exists(directory / "damage.found"));
}

TEST_CASE("a stretch of zeros in the write-ahead log is damage", "[storage][damage]") {
  Written written(Written::In::write_ahead_log);
  const auto& directory = written.directory.path();
  const auto wal = the_file_with(directory, ".log", "<platform 1 commit 1>");
  auto bytes = read_file(wal);
  const Layout layout(bytes);
  const auto zero = [&](std::size_t from, std::size_t count) {
    auto damaged = bytes;
    damaged.replace(from, count, std::string(count, '\0'));
    write_file(wal, damaged);
    for (const bool beside : {true, false}) {
      CAPTURE(from, count, beside);
      const auto found =
          read_everything(beside ? Store::open_beside(options_for(directory)) : Store::open(options_for(directory)));
      REQUIRE(found);
      CHECK(found->position.value == layout.first_lost(found->platform, from));
    }
  };
  zero(32768, 32768);
  zero(40960, 4096);
  // From the first byte of a record to the end of its block: RocksDB itself takes this for room never written to.
  const auto record_end = std::find_if(layout.commits.begin(), layout.commits.end(), [](const auto& commit) {
                            return commit.end > 40000;
                          })->end;
  zero(record_end, 65536 - record_end);
}

TEST_CASE("a lost write-ahead log or table is damage", "[storage][damage]") {
  SECTION("the log") {
    Written written(Written::In::write_ahead_log);
    fs::remove(the_file_with(written.directory.path(), ".log", "<platform 1 commit 1>"));
    for (const bool beside : {true, false}) {
      const auto options = options_for(written.directory.path());
      const auto found = read_everything(beside ? Store::open_beside(options) : Store::open(options));
      REQUIRE(found);
      CHECK(found->position == Position{1});
    }
  }
  SECTION("a table") {
    Written written(Written::In::tables);
    fs::remove(the_file_with(written.directory.path(), ".sst", "<platform 1 commit 1>"));
    for (const bool beside : {true, false}) {
      const auto options = options_for(written.directory.path());
      const auto found = read_everything(beside ? Store::open_beside(options) : Store::open(options));
      REQUIRE(found);
      CHECK(found->position == Position{1});
    }
  }
}

TEST_CASE("reading from the middle names damage where it is", "[storage][damage]") {
  Written written(Written::In::tables);
  const auto& directory = written.directory.path();
  const auto table = the_file_with(directory, ".sst", "<platform 7 commit 1>");
  const auto bytes = read_file(table);
  flip_byte(table, bytes.find("<platform 7 commit 20>"));
  const auto beside = open_beside(options_for(directory));
  const auto whole = read_everything(Store::open_beside(options_for(directory)));
  REQUIRE(whole);
  CHECK(whole->platform == kOther);
  REQUIRE(read_contents(*beside, kMain).size() == kCommits);
  for (const auto from : {std::uint64_t{20}, whole->position.value}) {
    try {
      static_cast<void>(read_contents(*beside, kOther, Position{from}));
      FAIL("read from " << from);
    } catch (const LogDamage& damage) {
      CHECK(damage.position == whole->position);
    }
  }
  CHECK(read_contents(*beside, kOther, Position{kCommits}).size() == 1);
}

TEST_CASE("a key that is no commit's is damage", "[storage][damage]") {
  Written written(Written::In::tables);
  const auto& directory = written.directory.path();
  {
    const auto engine = open_engine(directory);
    const auto inside = LogKey{kMain, Position{8}}.encode() + "x";
    REQUIRE(engine->db->Put(rocksdb::WriteOptions(), engine->log, inside, "stray").ok());
  }
  const auto damage = read_everything(Store::open_beside(options_for(directory)));
  REQUIRE(damage);
  CHECK(damage->platform == kMain);
  CHECK(damage->position == Position{9});
}

TEST_CASE("a commit lost before recovery is missed again after it", "[storage][damage]") {
  Written written(Written::In::tables);
  const auto& directory = written.directory.path();
  const auto last = open_beside(options_for(directory))->log().read(kMain, Position{kCommits})->next();
  const auto behind = make_commit(kMain, head_after(*last), "behind the gap");
  {
    // As if the write-ahead log before this one were lost: its successor is there, and noted.
    const auto engine = open_engine(directory);
    const rocksdb::WriteOptions write;
    REQUIRE(engine->db->Delete(write, engine->log, LogKey{kMain, last->frame.first}.encode()).ok());
    REQUIRE(engine->db
                ->Put(write, engine->log, LogKey{kMain, behind.frame.first}.encode(),
                      behind.bytes + std::string(as_view(behind.hash)))
                .ok());
  }
  auto heads = HeadsFile::decode(read_file(directory / HeadsFile::kName));
  heads[kMain] = head_after(behind);
  write_file(directory / HeadsFile::kName, HeadsFile::encode(heads));
  for (int start = 0; start < 3; ++start) {
    CAPTURE(start);
    const auto opened = Store::open(options_for(directory));
    REQUIRE_FALSE(opened);
    CHECK(opened.error().platform == kMain);
    CHECK(opened.error().position == Position{kCommits});
  }
}

}  // namespace annals::damage_test
