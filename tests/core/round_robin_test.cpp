#include "core/round_robin.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace annals::round_robin_test {
namespace {

std::string take_all(RoundRobin<int, char>& waiting) {
  std::string taken;
  while (!waiting.empty()) taken += waiting.take();
  return taken;
}

}  // namespace

TEST_CASE("keys take turns, and under one key who came first goes first", "[core]") {
  RoundRobin<int, char> waiting;
  for (const char item : std::string("abcd")) waiting.push(1, item);
  for (const char item : std::string("xy")) waiting.push(2, item);
  waiting.push(3, 'q');
  CHECK(waiting.waiting(1) == 4);
  CHECK(waiting.waiting(2) == 2);
  CHECK(waiting.waiting(4) == 0);
  CHECK(take_all(waiting) == "axqbycd");
  CHECK(waiting.waiting(1) == 0);
}

TEST_CASE("who comes while another key has many goes next but one", "[core]") {
  RoundRobin<int, char> waiting;
  for (const char item : std::string("abcd")) waiting.push(1, item);
  CHECK(waiting.take() == 'a');
  waiting.push(2, 'x');
  CHECK(take_all(waiting) == "bxcd");
}

TEST_CASE("turns go on past keys that have come and gone", "[core]") {
  RoundRobin<int, char> waiting;
  for (int key = 0; key < 200; ++key) {
    waiting.push(key, 'g');
    CHECK(waiting.take() == 'g');
  }
  waiting.push(199, 'm');
  waiting.push(7, 'n');
  CHECK(take_all(waiting) == "mn");
}

}  // namespace annals::round_robin_test
