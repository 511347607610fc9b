#include <catch2/catch.hpp>

#include "storage/support.hpp"

namespace annals::drop_views_test {
using namespace annals::test;

namespace {

constexpr ViewId kView{4};

void put(Store& store, std::string_view key, std::string_view plain) {
  const auto changes = store.views().overlay();
  changes->put(kMain, kView, key, plain);
  REQUIRE(store.views().write(*changes));
}

}  // namespace

TEST_CASE("dropping the views forgets every one and leaves the log", "[storage][views]") {
  TempDirectory directory;
  {
    auto store = open_store(options_for(directory.path()));
    REQUIRE(append(*store, kMain, {"first", "second"}) == AppendStatus::appended);
    put(*store, "before", "1");
    REQUIRE(store->drop_views());
    CHECK(store->views().latest().get(kMain, kView, "before") == std::nullopt);
    CHECK(read_contents(*store, kMain) == std::vector<std::string>{"first", "second"});
    put(*store, "after", "2");
  }
  auto store = open_store(options_for(directory.path()));
  CHECK(store->views().latest().get_plain(kMain, kView, "after") == "2");
  CHECK(store->views().latest().get(kMain, kView, "before") == std::nullopt);
  CHECK(read_contents(*store, kMain) == std::vector<std::string>{"first", "second"});
}

TEST_CASE("dropped views take their damaged files with them", "[storage][views]") {
  TempDirectory directory;
  {
    auto store = open_store(options_for(directory.path()));
    REQUIRE(append(*store, kMain, {"first"}) == AppendStatus::appended);
    for (int i = 0; i < 2'000; ++i) put(*store, "key-" + std::to_string(i), std::string(100, 'v'));
  }
  static_cast<void>(open_store(options_for(directory.path())));  // brings the write-ahead log into tables
  for (const auto& table : files_ending(directory.path(), ".sst")) {
    if (read_file(table).find("key-1999") != std::string::npos) flip_byte(table, 40);
  }
  {
    auto store = open_store(options_for(directory.path()));
    REQUIRE(store->drop_views());
    put(*store, "key-0", "new");
    CHECK(store->views().latest().get_plain(kMain, kView, "key-0") == "new");
    CHECK(store->views().latest().get(kMain, kView, "key-1") == std::nullopt);
  }
  auto store = open_store(options_for(directory.path()));
  CHECK(store->views().latest().get_plain(kMain, kView, "key-0") == "new");
  CHECK(read_contents(*store, kMain) == std::vector<std::string>{"first"});
}

TEST_CASE("a reader beside cannot drop views", "[storage][views]") {
  TempDirectory directory;
  auto store = open_store(options_for(directory.path()));
  REQUIRE(append(*store, kMain, {"first"}) == AppendStatus::appended);
  put(*store, "key", "1");
  CHECK_FALSE(open_beside(options_for(directory.path()))->drop_views());
  CHECK(store->views().latest().get_plain(kMain, kView, "key") == "1");
}

}  // namespace annals::drop_views_test
