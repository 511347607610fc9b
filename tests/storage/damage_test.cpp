#include <rocksdb/db.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "core/crypto.hpp"
#include "storage/engine.hpp"
#include "storage/heads_file.hpp"
#include "storage/log_entry.hpp"
#include "storage/support.hpp"

using namespace annals;
using namespace annals::test;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kCommits = 60;

std::string content_of(PlatformId platform, std::uint64_t position) {
  return "<platform " + std::to_string(platform.value) + " commit " + std::to_string(position) + ">" +
         std::string(900 + position, static_cast<char>('a' + position % 26)) + "<end>";
}

/// Platform after platform in turn, one commit a write.
void append_in_turn(Store& store, std::uint64_t first, std::uint64_t last) {
  for (auto position = first; position <= last; ++position) {
    for (const auto platform : {kMain, kOther}) {
      REQUIRE(append(store, platform, {content_of(platform, position)}) == AppendStatus::appended);
    }
  }
}

struct Found {
  bool operator==(const Found&) const = default;
  PlatformId platform;
  Position position;
};

/// Reads every commit of every platform that the directory should hold; nullopt when all are there as written.
std::optional<Found> read_everything(const std::expected<std::unique_ptr<Store>, StoreProblem>& opened,
                                     std::uint64_t commits = kCommits) {
  if (!opened) {
    INFO(opened.error().sentence);
    REQUIRE(opened.error().kind == StoreProblem::Kind::corrupt);
    REQUIRE(opened.error().platform.has_value());
    return Found{*opened.error().platform, *opened.error().position};
  }
  for (const auto platform : {kMain, kOther}) {
    try {
      const auto contents = read_contents(**opened, platform);
      REQUIRE(contents.size() >= commits);
      for (std::uint64_t n = 1; n <= contents.size(); ++n) REQUIRE(contents[n - 1] == content_of(platform, n));
    } catch (const LogDamage& damage) {
      REQUIRE(damage.platform == platform);
      return Found{damage.platform, damage.position};
    }
  }
  return std::nullopt;
}

fs::path the_file_with(const fs::path& directory, std::string_view suffix, std::string_view text) {
  for (const auto& file : files_ending(directory / "db", suffix)) {
    if (read_file(file).find(text) != std::string::npos) return file;
  }
  FAIL("no file holds " << text);
  return {};
}

/// Commits by where their bytes end in a file that holds them in order of writing.
struct Layout {
  struct Commit {
    PlatformId platform;
    std::uint64_t position;
    std::size_t begin;
    std::size_t end;
  };
  std::vector<Commit> commits;

  explicit Layout(const std::string& bytes, std::uint64_t count = kCommits) {
    for (std::uint64_t position = 1; position <= count; ++position) {
      for (const auto platform : {kMain, kOther}) {
        const auto content = content_of(platform, position);
        // Its first and last bytes: a write-ahead log may cut it in the middle.
        const auto begin = bytes.find(content.substr(0, content.find('>') + 1));
        const auto end = bytes.find("<end>", begin);
        REQUIRE(end != std::string::npos);
        commits.push_back({platform, position, begin, end + 5 + 32});
      }
    }
  }
  std::size_t begin_of(PlatformId platform, std::uint64_t position) const {
    const auto it = std::find_if(commits.begin(), commits.end(), [&](const auto& commit) {
      return commit.platform == platform && commit.position == position;
    });
    REQUIRE(it != commits.end());
    return it->begin;
  }
  /// The first commit of the platform that is lost when all from the one at `offset` on are.
  std::uint64_t first_lost(PlatformId platform, std::size_t offset) const {
    for (const auto& commit : commits) {
      if (offset < commit.end && commit.platform == platform) return commit.position;
    }
    return 0;
  }
};

/// A directory whose commits are all in the write-ahead log, or all in tables.
struct Written {
  enum class In { write_ahead_log, tables };
  explicit Written(In in) {
    append_in_turn(*open_store(options_for(directory.path())), 1, kCommits);
    if (in == In::tables) static_cast<void>(open_store(options_for(directory.path())));
  }
  TempDirectory directory;
};

std::unique_ptr<Engine> open_engine(const fs::path& directory) {
  static const auto* env = rocksdb::Env::Default();
  auto engine = Engine::open(Files(*const_cast<rocksdb::Env*>(env), directory), {Engine::Mode::write, 1u << 20, {}});
  REQUIRE(engine);
  return *std::move(engine);
}

}  // namespace

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

namespace {

/// 20 commits of each platform noted, 20 more behind; everything in the write-ahead log.
struct NotedInTheMiddle {
  static constexpr std::uint64_t kNoted = 20;
  static constexpr std::uint64_t kAll = 40;
  NotedInTheMiddle() {
    std::string heads;
    {
      const auto store = open_store(options_for(directory.path()));
      append_in_turn(*store, 1, kNoted);
      const auto noted = [&] {
        for (const auto& [platform, head] : store->noted_heads()) {
          if (platform == kOther) return head.position.value;
        }
        return std::uint64_t{0};
      };
      const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
      while (noted() != kNoted && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
      REQUIRE(noted() == kNoted);
      heads = read_file(directory.path() / "heads");
      append_in_turn(*store, kNoted + 1, kAll);
    }
    write_file(directory.path() / "heads", heads);
    wal = the_file_with(directory.path(), ".log", "<platform 1 commit 1>");
    bytes = read_file(wal);
  }
  TempDirectory directory;
  fs::path wal;
  std::string bytes;
};

}  // namespace

TEST_CASE("a tail torn behind the noted heads is cut, one before them is damage", "[storage][damage][heads]") {
  NotedInTheMiddle written;
  const Layout layout(written.bytes, NotedInTheMiddle::kAll);
  const auto last_noted = layout.commits[2 * NotedInTheMiddle::kNoted - 1].end;
  for (std::size_t size = 1000; size < written.bytes.size(); size += 1777) {
    CAPTURE(size);
    // On a copy: opening goes on from what it finds.
    const auto copy = written.directory.path().parent_path() / "copy";
    fs::remove_all(copy);
    fs::copy(written.directory.path(), copy, fs::copy_options::recursive);
    fs::resize_file(copy / "db" / written.wal.filename(), size);
    const auto beside = Store::open_beside(options_for(copy));
    const auto opened = Store::open(options_for(copy));
    if (size < last_noted) {
      const auto damage = read_everything(opened, NotedInTheMiddle::kNoted);
      REQUIRE(damage);
      CHECK(damage->position.value == layout.first_lost(damage->platform, size - 1));
      const auto damage_beside = read_everything(beside, NotedInTheMiddle::kNoted);
      REQUIRE(damage_beside);
      CHECK(damage_beside->position == damage->position);
      continue;
    }
    REQUIRE(opened);
    REQUIRE(beside);
    const auto whole = [&](PlatformId platform) {
      return static_cast<std::size_t>(
          std::count_if(layout.commits.begin(), layout.commits.end(),
                        [&](const auto& commit) { return commit.platform == platform && commit.end <= size; }));
    };
    for (const auto platform : {kMain, kOther}) {
      CHECK(read_contents(**opened, platform).size() == whole(platform));
      CHECK(read_contents(**beside, platform).size() == whole(platform));
    }
    const bool cut_in_two = std::none_of(layout.commits.begin(), layout.commits.end(),
                                         [&](const auto& commit) { return commit.end == size; });
    CHECK((*opened)->notices().size() == (cut_in_two ? 1 : 0));
    // And it goes on from there.
    CHECK(append(**opened, kMain, {"after the cut"}) == AppendStatus::appended);
  }
}

TEST_CASE("damage behind the noted heads is refused too, and named from its own bytes", "[storage][damage][heads]") {
  NotedInTheMiddle written;
  const Layout layout(written.bytes, NotedInTheMiddle::kAll);
  for (const std::size_t commit : {45, 46, 61, 79}) {
    const auto& hit = layout.commits[commit];
    CAPTURE(hit.position, hit.platform.value);
    flip_byte(written.wal, hit.begin + 30);
    const auto damage = read_everything(Store::open(options_for(written.directory.path())));
    REQUIRE(damage);
    CHECK(damage->position.value == layout.first_lost(damage->platform, hit.begin));
    flip_byte(written.wal, hit.begin + 30);
  }
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
