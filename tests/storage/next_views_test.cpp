#include <catch2/catch.hpp>
#include <filesystem>
#include <sstream>
#include <thread>

#include "storage/child.hpp"
#include "storage/support.hpp"

namespace annals::next_views_test {
using namespace annals::test;

namespace {

constexpr ViewId kView{7};

void put(ByteStore& views, std::string_view key, std::string_view plain) {
  const auto changes = views.overlay();
  changes->put(kMain, kView, key, plain);
  REQUIRE(views.write(*changes));
}

/// Portions that overlap, so that each takes numbers of the sequence.
void fill(ByteStore& views, int portions) {
  for (int portion = 0; portion < portions; ++portion) {
    const auto filling = views.fill(1u << 20);
    filling->changes().put(kMain, kView, "filled", std::to_string(portion));
    REQUIRE(filling->step());
    REQUIRE(filling->finish());
  }
}

std::vector<std::string> tables_in(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory / "db")) {
    if (entry.path().extension() == ".sst") names.push_back(entry.path().filename().string());
  }
  return names;
}

}  // namespace

TEST_CASE("views that are filled beside the live ones are seen by nobody until they are adopted", "[storage]") {
  const TempDirectory directory;
  const auto store = open_store(options_for(directory.path()));
  put(store->views(), "old", "1");
  const auto next = store->begin_views();
  REQUIRE(next);
  put(*next, "new", "2");
  fill(*next, 2);
  CHECK(next->latest().get_plain(kMain, kView, "old") == std::nullopt);
  CHECK(next->latest().get_plain(kMain, kView, "filled") == "1");
  CHECK(store->views().latest().get_plain(kMain, kView, "new") == std::nullopt);
  REQUIRE(store->adopt_views(*next));
  CHECK(store->views().latest().get_plain(kMain, kView, "new") == "2");
  CHECK(store->views().latest().get_plain(kMain, kView, "filled") == "1");
  CHECK(store->views().latest().get_plain(kMain, kView, "old") == std::nullopt);
}

TEST_CASE("what a snapshot froze is read after other views were adopted", "[storage]") {
  const TempDirectory directory;
  const auto store = open_store(options_for(directory.path()));
  put(store->views(), "key", "old");
  const auto frozen = store->views().snapshot();
  const auto cursor = store->views().latest().scan(kMain, kView, "");
  const auto next = store->begin_views();
  put(*next, "key", "new");
  REQUIRE(store->adopt_views(*next));
  put(store->views(), "key", "newer");
  CHECK(frozen->get_plain(kMain, kView, "key") == "old");
  CHECK(cursor->plain() == "old");
  CHECK(store->views().snapshot()->get_plain(kMain, kView, "key") == "newer");
}

TEST_CASE("views that were adopted are there after the next opening, and others are not", "[storage]") {
  const TempDirectory directory;
  for (int round = 1; round <= 3; ++round) {
    const auto store = open_store(options_for(directory.path()));
    const auto next = store->begin_views();
    put(*next, "round", std::to_string(round));
    REQUIRE(store->adopt_views(*next));
    REQUIRE(append(*store, kMain, {"commit " + std::to_string(round)}) == AppendStatus::appended);
    const auto dropped = store->begin_views();
    put(*dropped, "round", "dropped");
  }
  const auto store = open_store(options_for(directory.path()));
  CHECK(store->views().latest().get_plain(kMain, kView, "round") == "3");
  CHECK(read_contents(*store, kMain) == std::vector<std::string>{"commit 1", "commit 2", "commit 3"});
}

TEST_CASE("beside a server the views are found that were adopted last", "[storage]") {
  const TempDirectory directory;
  const auto store = open_store(options_for(directory.path()));
  const auto next = store->begin_views();
  put(*next, "key", "adopted");
  REQUIRE(store->adopt_views(*next));
  const auto in_the_making = store->begin_views();
  put(*in_the_making, "key", "in the making");
  CHECK(open_beside(options_for(directory.path()))->views().latest().get_plain(kMain, kView, "key") == "adopted");
}

TEST_CASE("the tables of views that were replaced go while the store is open", "[storage]") {
  const TempDirectory directory;
  const auto store = open_store(options_for(directory.path()));
  fill(store->views(), 1);
  const auto others = tables_in(directory.path());
  fill(store->views(), 1);
  auto old_tables = tables_in(directory.path());
  std::erase_if(old_tables, [&](const auto& name) { return std::ranges::find(others, name) != others.end(); });
  REQUIRE_FALSE(old_tables.empty());
  const auto next = store->begin_views();
  fill(*next, 1);
  REQUIRE(store->adopt_views(*next));
  const auto gone = [&] {
    const auto now = tables_in(directory.path());
    return std::ranges::none_of(old_tables,
                                [&](const auto& name) { return std::ranges::find(now, name) != now.end(); });
  };
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!gone() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(gone());
}

TEST_CASE("a process that is killed while it rebuilds loses no commit, and has the old views or the new", "[storage]") {
  const TempDirectory directory;
  std::uint64_t appended = 0;
  for (int round = 0; round < 6; ++round) {
    Child child("rebuilds views", directory.path());
    for (int line = 0; line < 3 + 5 * round; ++line) {
      const auto said = child.read_line();
      REQUIRE_FALSE(said.empty());
      appended = std::stoull(said);
    }
    child.kill();
    std::istringstream rest(child.read_rest());
    for (std::string line; std::getline(rest, line) && !rest.eof();) appended = std::stoull(line);
    const auto store = open_store(options_for(directory.path()));
    const auto& views = store->views().latest();
    CHECK(store->log().head(kMain).position.value >= appended);
    CHECK(read_contents(*store, kMain).size() == store->log().head(kMain).position.value);
    CHECK(views.get_plain(kMain, kView, "begun") == views.get_plain(kMain, kView, "ended"));
    CHECK_FALSE(std::filesystem::exists(directory.path() / "db" / "filling"));
  }
}

TEST_CASE("views in the making end with a reopening", "[storage]") {
  const TempDirectory directory;
  const auto store = open_store(options_for(directory.path()));
  put(store->views(), "key", "live");
  const auto next = store->begin_views();
  put(*next, "key", "next");
  REQUIRE(store->reopen());
  CHECK_THROWS_AS(next->latest().get_plain(kMain, kView, "key"), std::runtime_error);
  CHECK(store->views().latest().get_plain(kMain, kView, "key") == "live");
}

}  // namespace annals::next_views_test
