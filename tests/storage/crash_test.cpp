#include <catch2/catch.hpp>
#include <random>
#include <sstream>

#include "storage/child.hpp"
#include "storage/support.hpp"

namespace annals::crash_test {
using namespace annals::test;

namespace {

constexpr std::uint64_t kPositionsPerGroup = 3;

struct Acknowledged {
  std::uint64_t position = 0;
  std::uint64_t slot = 0;
};

/// Lets a child append at least `groups` groups, then kills it, and gives the last one it was sure of.
Acknowledged append_and_kill(const std::filesystem::path& directory, std::uint64_t groups) {
  Child child("appends", directory);
  Acknowledged last;
  const auto take = [&](const std::string& line) {
    std::istringstream in(line);
    Acknowledged next;
    if (in >> next.position >> next.slot) last = next;
  };
  for (std::uint64_t n = 0; n < groups; ++n) {
    const auto line = child.read_line();
    REQUIRE_FALSE(line.empty());
    take(line);
  }
  child.kill();
  std::istringstream rest(child.read_rest());
  for (std::string line; std::getline(rest, line) && !rest.eof();) take(line);
  return last;
}

void check_whole_groups(Store& store, const Acknowledged& last) {
  const auto end = store.log().head(kMain).position.value;
  CHECK(end >= last.position);
  CHECK(end % kPositionsPerGroup == 0);
  CHECK(store.log().head(kOther).position.value == end);
  CHECK(read_contents(store, kOther).size() == end / kPositionsPerGroup * 2);
  CHECK(read_contents(store, kMain).size() == end / kPositionsPerGroup * 2);
}

}  // namespace

TEST_CASE("a killed program loses nothing that it acknowledged, and no half group is left", "[storage][crash]") {
  TempDirectory directory;
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  std::uint64_t highest_slot = 0;
  for (int round = 0; round < 6; ++round) {
    const auto last = append_and_kill(directory.path(), 1 + random() % 60);
    // Slots go on where no commit can have named one.
    CHECK(last.slot > highest_slot);
    highest_slot = last.slot;
    check_whole_groups(*open_beside(options_for(directory.path())), last);
    if (round % 2 == 0) continue;  // sometimes it is only the next child that recovers
    const auto store = open_store(options_for(directory.path()));
    check_whole_groups(*store, last);
    const auto views = store->views().snapshot();
    std::uint64_t sealed = 0;
    for (auto cursor = views->scan(kMain, ViewId{1}, "group "); cursor->valid(); cursor->next()) {
      const auto value = cursor->value();
      CHECK(value.data == "data of " + std::string(cursor->key()));
      ++sealed;
    }
    CHECK(sealed > 0);
  }
}

TEST_CASE("reading beside a program that writes sees whole groups without a fault", "[storage][crash][beside]") {
  TempDirectory directory;
  Child child("appends", directory.path());
  for (int round = 0; round < 15; ++round) {
    std::string line;
    for (int n = 0; n < 20; ++n) line = child.read_line();
    REQUIRE_FALSE(line.empty());
    check_whole_groups(*open_beside(options_for(directory.path())), {std::stoull(line), 0});
  }
}

}  // namespace annals::crash_test
