#include <catch2/catch.hpp>

#include "storage/support.hpp"

namespace annals::long_log_test {
using namespace annals::test;

namespace {

constexpr int kCommits = 3000;  // well beyond what is read without a thread ahead

std::string content(int number) {
  return "content " + std::to_string(number) + " of a long log " + std::string(100, '.');
}

std::vector<std::string> contents(int from) {
  std::vector<std::string> all;
  for (int number = from; number <= kCommits; ++number) all.push_back(content(number));
  return all;
}

}  // namespace

TEST_CASE("a long log is read whole, from any position, and left off anywhere", "[storage][log]") {
  TempDirectory directory;
  const auto store = open_store(options_for(directory.path()));
  REQUIRE(append(*store, kMain, contents(1)) == AppendStatus::appended);
  REQUIRE(append(*store, kOther, {"of the next platform"}) == AppendStatus::appended);
  CHECK(read_contents(*store, kMain) == contents(1));
  CHECK(read_contents(*store, kMain, Position{1717}) == contents(1717));
  const auto cursor = store->log().read(kMain, Position{1});
  for (int number = 1; number <= 700; ++number)
    REQUIRE(cursor->next()->frame.first.value == static_cast<std::uint64_t>(number));
}

TEST_CASE("damage far into a long log is named behind all that is good", "[storage][log][damage]") {
  TempDirectory directory;
  {
    const auto store = open_store(options_for(directory.path()));
    REQUIRE(append(*store, kMain, contents(1)) == AppendStatus::appended);
  }
  static_cast<void>(open_store(options_for(directory.path())));  // brings the write-ahead log into tables
  for (const auto& table : files_ending(directory.path(), ".sst")) {
    if (const auto at = read_file(table).find("content 2222 of"); at != std::string::npos) flip_byte(table, at);
  }
  const auto store = open_store(options_for(directory.path()));
  const auto cursor = store->log().read(kMain, Position{1});
  std::uint64_t read = 0;
  try {
    while (cursor->next()) ++read;
    FAIL("it was not noticed");
  } catch (const LogDamage& damage) {
    // The whole block that holds the byte is unreadable.
    CHECK(damage.position.value == read + 1);
    CHECK(damage.position.value > 1900);
    CHECK(damage.position.value <= 2222);
  }
}

}  // namespace annals::long_log_test
