#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "storage/damaging.hpp"
#include "storage/heads_file.hpp"

namespace annals::damaged_tail_test {
using namespace annals::test;

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

}  // namespace annals::damaged_tail_test
