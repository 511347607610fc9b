#include "projections/left_right.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

namespace annals::left_right_test {
namespace {

/// Two halves that every change moves together.
struct Halves {
  std::uint64_t left = 0;
  std::uint64_t right = 0;
};

}  // namespace

TEST_CASE("a change is made to both copies and seen by every read after it", "[projections]") {
  LeftRight<Halves> value;
  int changes = 0;
  for (std::uint64_t round = 1; round <= 5; ++round) {
    value.write([&](Halves& halves) {
      ++changes;
      halves.left += 3;
      halves.right += 7;
    });
    CHECK(value.read([](const Halves& halves) { return halves.left; }) == 3 * round);
    CHECK(value.read([](const Halves& halves) { return halves.right; }) == 7 * round);
  }
  CHECK(changes == 10);
}

TEST_CASE("readers never see half of a change", "[projections]") {
  LeftRight<Halves> value;
  std::atomic<bool> done{false};
  std::atomic<std::uint64_t> torn{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      std::uint64_t last = 0;
      while (!done) {
        const auto seen = value.read([](const Halves& halves) { return halves; });
        if (seen.left * 2 != seen.right || seen.left < last) ++torn;
        last = seen.left;
      }
    });
  }
  for (int i = 0; i < 2000; ++i) {
    value.write([](Halves& halves) {
      halves.left += 1;
      std::this_thread::yield();
      halves.right += 2;
    });
  }
  done = true;
  for (auto& reader : readers) reader.join();
  CHECK(torn == 0);
  CHECK(value.read([](const Halves& halves) { return halves.right; }) == 4000);
}

}  // namespace annals::left_right_test
