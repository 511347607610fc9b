#include <catch2/catch.hpp>

#include "storage/support.hpp"

namespace annals::commit_log_test {
using namespace annals::test;

namespace {

/// The contract is the same for every CommitLog; another engine's gets a fixture like this one.
struct EmptyStore {
  TempDirectory directory;
  std::unique_ptr<Store> store = open_store(options_for(directory.path()));
  CommitLog& log() { return store->log(); }
};

}  // namespace

TEST_CASE("an empty log ends at position 0 and has no platform", "[storage][log]") {
  EmptyStore empty;
  CHECK(empty.log().platforms().empty());
  CHECK(empty.log().head(kMain) == Head{});
  CHECK_FALSE(empty.log().read(kMain, Position{1})->next().has_value());
}

TEST_CASE("commits are read back in order, byte for byte", "[storage][log]") {
  EmptyStore empty;
  REQUIRE(append(*empty.store, kMain, {"first", "second"}) == AppendStatus::appended);
  REQUIRE(append(*empty.store, kMain, {std::string(100'000, 'x')}) == AppendStatus::appended);
  CHECK(read_contents(*empty.store, kMain) == std::vector<std::string>{"first", "second", std::string(100'000, 'x')});
  CHECK(empty.log().head(kMain).position == Position{3});
}

TEST_CASE("a commit of several events takes as many positions", "[storage][log]") {
  EmptyStore empty;
  const auto views = empty.store->views().overlay();
  const auto first = make_commit(kMain, Head{}, "three events", 3);
  const auto second = make_commit(kMain, head_after(first), "two events", 2);
  const PlatformAppend group{kMain, Head{}, {first, second}};
  REQUIRE(empty.log().append(std::span(&group, 1), *views) == AppendStatus::appended);
  CHECK(empty.log().head(kMain) == Head{Position{5}, second.hash});

  SECTION("reading from inside it begins with the whole commit") {
    CHECK(read_contents(*empty.store, kMain, Position{2}) == std::vector<std::string>{"three events", "two events"});
    CHECK(read_contents(*empty.store, kMain, Position{3}).size() == 2);
    CHECK(read_contents(*empty.store, kMain, Position{4}) == std::vector<std::string>{"two events"});
    CHECK(read_contents(*empty.store, kMain, Position{5}) == std::vector<std::string>{"two events"});
  }
  SECTION("reading from behind the end gives nothing") {
    CHECK(read_contents(*empty.store, kMain, Position{6}).empty());
    CHECK(read_contents(*empty.store, kMain, Position{1'000'000}).empty());
  }
}

TEST_CASE("one group appends to several platforms", "[storage][log]") {
  EmptyStore empty;
  const auto views = empty.store->views().overlay();
  const auto one = make_commit(kSystemPlatform, Head{}, "of the system");
  const auto two = make_commit(kMain, Head{}, "of main", 2);
  const auto three = make_commit(kMain, head_after(two), "of main again");
  const std::vector<PlatformAppend> group{
      {kSystemPlatform, Head{}, {one}}, {kMain, Head{}, {two}}, {kMain, head_after(two), {three}}};
  REQUIRE(empty.log().append(group, *views) == AppendStatus::appended);
  CHECK(empty.log().platforms() == std::vector{kSystemPlatform, kMain});
  CHECK(empty.log().head(kMain) == Head{Position{3}, three.hash});
  CHECK(read_contents(*empty.store, kSystemPlatform) == std::vector<std::string>{"of the system"});
  CHECK(read_contents(*empty.store, kMain) == std::vector<std::string>{"of main", "of main again"});
}

TEST_CASE("who appends on an old head is told, and nothing of the group is written", "[storage][log]") {
  EmptyStore empty;
  REQUIRE(append(*empty.store, kMain, {"mine"}) == AppendStatus::appended);
  const auto head = empty.log().head(kMain);
  const auto views = empty.store->views().overlay();
  views->put(kMain, ViewId{3}, "key", "value");
  const std::vector<PlatformAppend> group{{kOther, Head{}, {make_commit(kOther, Head{}, "fine by itself")}},
                                          {kMain, Head{}, {make_commit(kMain, Head{}, "late")}}};
  CHECK(empty.log().append(group, *views) == AppendStatus::conflict);
  CHECK(empty.log().head(kMain) == head);
  CHECK(empty.log().platforms() == std::vector{kMain});
  CHECK(empty.store->views().latest().get(kMain, ViewId{3}, "key") == std::nullopt);

  SECTION("the same position with another hash is another head") {
    const auto other = make_commit(kMain, Head{}, "theirs");
    const PlatformAppend again{kMain, head_after(other), {make_commit(kMain, head_after(other), "on theirs")}};
    CHECK(empty.log().append(std::span(&again, 1), *views) == AppendStatus::conflict);
  }
}

TEST_CASE("a commit that does not continue its log is a bug and is not written", "[storage][log]") {
  EmptyStore empty;
  const auto views = empty.store->views().overlay();
  auto commit = make_commit(kMain, Head{}, "content");
  SECTION("another platform's") {
    commit.frame.platform = kOther;
  }
  SECTION("further on") {
    commit.frame.first = Position{2};
  }
  SECTION("chained to another") {
    commit.frame.previous[31] = 1;
  }
  SECTION("too large") {
    commit.bytes.resize(kCommitBytesMax + 1);
  }
  const PlatformAppend group{kMain, Head{}, {commit}};
  CHECK_THROWS_AS(empty.log().append(std::span(&group, 1), *views), std::logic_error);
  CHECK(empty.log().platforms().empty());
}

TEST_CASE("log and heads are there again after a restart", "[storage][log]") {
  TempDirectory directory;
  Head main;
  {
    const auto store = open_store(options_for(directory.path()));
    REQUIRE(append(*store, kMain, {"a", "b", "c"}) == AppendStatus::appended);
    REQUIRE(append(*store, kOther, {"z"}) == AppendStatus::appended);
    main = store->log().head(kMain);
  }
  const auto store = open_store(options_for(directory.path()));
  CHECK(store->log().platforms() == std::vector{kMain, kOther});
  CHECK(store->log().head(kMain) == main);
  REQUIRE(append(*store, kMain, {"d"}) == AppendStatus::appended);
  CHECK(read_contents(*store, kMain) == std::vector<std::string>{"a", "b", "c", "d"});
  CHECK(read_contents(*store, kOther) == std::vector<std::string>{"z"});
}

TEST_CASE("a cursor reads up to where the log ended when it was made", "[storage][log]") {
  EmptyStore empty;
  REQUIRE(append(*empty.store, kMain, {"before"}) == AppendStatus::appended);
  const auto cursor = empty.log().read(kMain, Position{1});
  REQUIRE(append(*empty.store, kMain, {"after"}) == AppendStatus::appended);
  CHECK(cursor->next().has_value());
  CHECK_FALSE(cursor->next().has_value());
  CHECK_FALSE(cursor->next().has_value());
}

TEST_CASE("the highest platform's log is read like any other", "[storage][log]") {
  EmptyStore empty;
  const PlatformId highest{UINT64_MAX};
  REQUIRE(append(*empty.store, highest, {"one", "two"}) == AppendStatus::appended);
  CHECK(read_contents(*empty.store, highest) == std::vector<std::string>{"one", "two"});
  empty.store.reset();
  empty.store = open_store(options_for(empty.directory.path()));
  CHECK(empty.log().platforms() == std::vector{highest});
}

}  // namespace annals::commit_log_test
