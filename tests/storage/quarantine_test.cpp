#include <catch2/catch.hpp>
#include <fstream>

#include "storage/support.hpp"

namespace annals::quarantine_test {
using namespace annals::test;

namespace {

QuarantinedCommit quarantined(const CommitRecord& commit) {
  return {commit.frame.platform, commit.frame.first, commit.frame.last(), to_hex(as_view(commit.hash)),
          from_micros(1'750'000'000'000'000)};
}

/// Of each commit, in order.
std::vector<bool> which_are_in_quarantine(Store& store) {
  std::vector<bool> all;
  for (const auto cursor = store.log().read(kMain, Position{1}); const auto record = cursor->next();) {
    all.push_back(record->quarantined);
  }
  return all;
}

}  // namespace

TEST_CASE("a commit in quarantine stays in the log and says so, also after the next opening", "[storage]") {
  const TempDirectory directory;
  {
    const auto store = open_store(options_for(directory.path()));
    REQUIRE(append(*store, kMain, {"one", "two", "three"}) == AppendStatus::appended);
    CHECK(store->quarantine().empty());
    const auto second = store->log().read(kMain, Position{2})->next();
    REQUIRE(store->put_in_quarantine(quarantined(*second)));
    CHECK(which_are_in_quarantine(*store) == std::vector{false, true, false});
  }
  const auto store = open_store(options_for(directory.path()));
  CHECK(which_are_in_quarantine(*store) == std::vector{false, true, false});
  CHECK(which_are_in_quarantine(*open_beside(options_for(directory.path()))) == std::vector{false, true, false});
  CHECK(store->quarantine().events() == 1);
  CHECK(read_contents(*store, kMain) == std::vector<std::string>{"one", "two", "three"});
}

TEST_CASE("another commit at a position in quarantine is not meant", "[storage]") {
  const TempDirectory directory;
  const auto store = open_store(options_for(directory.path()));
  REQUIRE(append(*store, kMain, {"one"}) == AppendStatus::appended);
  auto other = quarantined(*store->log().read(kMain, Position{1})->next());
  other.hash[0] = other.hash[0] == 'a' ? 'b' : 'a';
  REQUIRE(store->put_in_quarantine(other));
  CHECK(which_are_in_quarantine(*store) == std::vector{false});
}

TEST_CASE("nothing is put into quarantine beside a server", "[storage]") {
  const TempDirectory directory;
  const auto store = open_store(options_for(directory.path()));
  REQUIRE(append(*store, kMain, {"one"}) == AppendStatus::appended);
  const auto beside = open_beside(options_for(directory.path()));
  CHECK_FALSE(beside->put_in_quarantine(quarantined(*beside->log().read(kMain, Position{1})->next())));
}

TEST_CASE("a quarantine's lines are read as they are written", "[storage]") {
  Quarantine written;
  written.add({PlatformId{2}, Position{7}, Position{9}, std::string(64, 'b'), from_micros(1'750'000'000'000'007)});
  written.add({PlatformId{1}, Position{3}, Position{3}, std::string(64, 'a'), from_micros(1'750'000'000'000'003)});
  const auto read = Quarantine::parse(written.lines());
  REQUIRE(read);
  CHECK(read->of(PlatformId{1}) == written.of(PlatformId{1}));
  CHECK(read->of(PlatformId{2}) == written.of(PlatformId{2}));
  CHECK(read->events() == 4);
}

TEST_CASE("a file of quarantine that cannot be read keeps the directory closed", "[storage]") {
  const TempDirectory directory;
  open_store(options_for(directory.path())).reset();
  std::ofstream(directory.path() / "quarantine") << R"({"platform": 1, "first": 4, "last": 3, "hash": ""})" << '\n';
  const auto opened = Store::open(options_for(directory.path()));
  REQUIRE_FALSE(opened);
  CHECK(opened.error().kind == StoreProblem::Kind::corrupt);
  CHECK(opened.error().sentence.find("quarantine is damaged (line 1: ") != std::string::npos);
}

}  // namespace annals::quarantine_test
