#include "http/resources/position_waits.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>

using namespace annals;
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
  CHECK(later.get() == Ended::served);
  CHECK_FALSE(is_over(elsewhere));
  reads.second = 7;
  CHECK(elsewhere.get() == Ended::served);
}

TEST_CASE("a wait ends when its patience does", "[http]") {
  Reads reads;
  PositionWaits waits(reads.served());
  auto patient = wait(waits, kFirst, 6);
  CHECK(wait(waits, kFirst, 6, 1ms).get() == Ended::too_late);
  CHECK_FALSE(is_over(patient));
  reads.first = 6;
  CHECK(patient.get() == Ended::served);
}

TEST_CASE("what waits too many ends at once", "[http]") {
  Reads reads;
  PositionWaits waits(reads.served(), 2);
  auto one = wait(waits, kFirst, 6);
  auto two = wait(waits, kFirst, 6);
  CHECK(wait(waits, kFirst, 6).get() == Ended::too_many);
  reads.first = 6;
  CHECK(one.get() == Ended::served);
  CHECK(two.get() == Ended::served);
  CHECK(wait(waits, kFirst, 6).get() == Ended::served);
}

TEST_CASE("what still waits at the end is told so", "[http]") {
  Reads reads;
  std::optional<PositionWaits> waits(std::in_place, reads.served());
  auto one = wait(*waits, kFirst, 6);
  waits.reset();
  CHECK(one.get() == Ended::stopping);
}
