#include "core/ahead.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>

namespace annals::ahead_test {

TEST_CASE("what is made ahead comes in order, then the end again and again", "[core]") {
  int made = 0;
  Ahead<int> ahead(3, [&]() -> std::optional<int> { return made < 100 ? std::optional(made++) : std::nullopt; });
  for (int i = 0; i < 100; ++i) REQUIRE(ahead.next() == i);
  CHECK(ahead.next() == std::nullopt);
  CHECK(ahead.next() == std::nullopt);
}

TEST_CASE("what goes wrong ahead is thrown behind the items before it", "[core]") {
  int made = 0;
  Ahead<int> ahead(10, [&]() -> std::optional<int> {
    if (made == 2) throw std::runtime_error("no third");
    return made++;
  });
  CHECK(ahead.next() == 0);
  CHECK(ahead.next() == 1);
  CHECK_THROWS_WITH(ahead.next(), "no third");
  CHECK(ahead.next() == std::nullopt);
}

TEST_CASE("no more is made ahead than was asked for, and nobody need take it", "[core]") {
  std::atomic<int> made{0};
  {
    Ahead<int> ahead(4, [&]() -> std::optional<int> { return made++; });
    CHECK(ahead.next() == 0);
  }
  CHECK(made <= 6);  // the one taken, four ahead, one that found no room
}

}  // namespace annals::ahead_test
