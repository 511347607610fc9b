#include "http/resources/position_waits.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <vector>

namespace annals::position_waits_test {
using namespace annals::http;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""h;
using Ended = PositionWaits::Ended;

namespace {

constexpr PlatformId kFirst{1};
constexpr PlatformId kSecond{2};

/// How far two platforms' reads have come.
struct Reads {
  std::atomic<std::uint64_t> first{5};
  std::atomic<std::uint64_t> second{0};
  PositionWaits::Served served() {
    return [this](PlatformId platform) { return Position{platform == kFirst ? first.load() : second.load()}; };
  }
};

std::future<Ended> wait(PositionWaits& waits, PlatformId platform, std::uint64_t position,
                        std::chrono::milliseconds patience = 1h) {
  std::promise<Ended> ended;
  auto future = ended.get_future();
  waits.wait(platform, Position{position}, patience,
             [ended = std::move(ended)](Ended how) mutable { ended.set_value(how); });
  return future;
}

bool is_over(std::future<Ended>& wait) {
  return wait.wait_for(0ms) == std::future_status::ready;
}

}  // namespace

TEST_CASE("a wait ends when its own platform has come so far", "[http]") {
  Reads reads;
  PositionWaits waits(reads.served());
  auto at_once = wait(waits, kFirst, 5);
  CHECK(at_once.get() == Ended::served);
  auto later = wait(waits, kFirst, 7);
  auto elsewhere = wait(waits, kSecond, 7);
  reads.first = 6;
  reads.second = 6;
  CHECK(wait(waits, kFirst, 6).get() == Ended::served);
  CHECK_FALSE(is_over(later));
  reads.first = 9;
  waits.moved(kFirst);
  CHECK(later.get() == Ended::served);
  CHECK_FALSE(is_over(elsewhere));
  reads.second = 7;
  waits.moved(kSecond);
  CHECK(elsewhere.get() == Ended::served);
}

TEST_CASE("a wait ends when its patience does", "[http]") {
  Reads reads;
  PositionWaits waits(reads.served());
  auto patient = wait(waits, kFirst, 6);
  CHECK(wait(waits, kFirst, 6, 1ms).get() == Ended::too_late);
  CHECK_FALSE(is_over(patient));
  reads.first = 6;
  waits.moved(kFirst);
  CHECK(patient.get() == Ended::served);
}

TEST_CASE("of many waits each ends at its own position or time", "[http]") {
  Reads reads;
  PositionWaits waits(reads.served());
  std::vector<std::future<Ended>> all;
  for (std::uint64_t position = 6; position < 106; ++position) {
    all.push_back(wait(waits, kFirst, position, position % 2 == 0 ? std::chrono::milliseconds(1h) : 20ms));
  }
  for (std::size_t i = 1; i < all.size(); i += 2) CHECK(all[i].get() == Ended::too_late);
  for (std::size_t i = 0; i < all.size(); i += 2) {
    CHECK_FALSE(is_over(all[i]));
    reads.first = 6 + i;
    waits.moved(kFirst);
    CHECK(all[i].get() == Ended::served);
  }
}

TEST_CASE("what waits too many of one platform ends at once", "[http]") {
  Reads reads;
  PositionWaits waits(reads.served(), 2);
  auto one = wait(waits, kFirst, 6);
  auto two = wait(waits, kFirst, 6);
  CHECK(wait(waits, kFirst, 6).get() == Ended::too_many);
  auto elsewhere = wait(waits, kSecond, 6);
  CHECK_FALSE(is_over(elsewhere));
  reads.first = 6;
  waits.moved(kFirst);
  CHECK(one.get() == Ended::served);
  CHECK(two.get() == Ended::served);
  CHECK(wait(waits, kFirst, 6).get() == Ended::served);
}

TEST_CASE("what still waits at the end is told so", "[http]") {
  Reads reads;
  std::optional<PositionWaits> waits(std::in_place, reads.served());
  auto one = wait(*waits, kFirst, 6);
  waits->close();
  CHECK(one.get() == Ended::stopping);
  CHECK(wait(*waits, kFirst, 5).get() == Ended::stopping);
  waits.reset();
}

}  // namespace annals::position_waits_test
