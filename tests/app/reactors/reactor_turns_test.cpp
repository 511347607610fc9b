#include <algorithm>
#include <chrono>

#include "app/reactors/reactor_bench.hpp"
#include "core/clock.hpp"

namespace annals::reactor_turns_test {
using namespace annals::test;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""h;

TEST_CASE("effects of one lane are done in order, others do not wait for them", "[app][reactors]") {
  ReactorBench bench;
  bench.reactor.wish = [](Position at, Reaction& reaction) {
    reaction.wishes.push_back({.target = kTarget, .lane = at.value % 2});
  };
  const auto a1 = bench.create(kFirst, "A1");
  const auto b1 = bench.create(kFirst, "B1");
  const auto a2 = bench.create(kFirst, "A2");
  bench.follow();
  const auto taken_a1 = bench.work->take();
  REQUIRE(taken_a1);
  CHECK(taken_a1->effect.position == a1);
  const auto taken_b1 = bench.work->take();
  REQUIRE(taken_b1);
  CHECK(taken_b1->effect.position == b1);
  CHECK_FALSE(bench.work->take());

  SECTION("the next comes when the first is done") {
    REQUIRE(bench.work->settle(*taken_a1, {Attempt::End::done}));
  }
  SECTION("or parked") {
    REQUIRE(bench.work->settle(*taken_a1, {Attempt::End::refused, "no"}));
  }
  SECTION("or dropped") {
    REQUIRE(bench.work->settle(*taken_a1, {Attempt::End::dropped}));
  }
  SECTION("not while it is yet to be tried again, a restart or not") {
    REQUIRE(bench.work->settle(*taken_a1, failed("busy")));
    CHECK_FALSE(bench.work->take());
    REQUIRE(bench.work->settle(*taken_b1, {Attempt::End::done}));
    bench.restart();
    CHECK_FALSE(bench.work->take());
    bench.now += 5s;
    const auto again = bench.work->take();
    REQUIRE(again);
    CHECK(again->effect.position == a1);
    REQUIRE(bench.work->settle(*again, {Attempt::End::done}));
  }
  const auto next = bench.work->take();
  REQUIRE(next);
  CHECK(next->effect.position == a2);
}

TEST_CASE("a target takes no more attempts at a time than it may", "[app][reactors]") {
  ReactorBench bench;
  bench.reactor.per_target_max = 2;
  bench.reactor.wish = [](Position at, Reaction& reaction) {
    for (const auto target : {7ull, 8ull})
      reaction.wishes.push_back({.target = target, .lane = at.value * 10 + target});
  };
  for (const std::string name : {"Acme", "Umbrella", "Initech"}) bench.create(kFirst, name);
  bench.follow();
  std::vector<ReactorWork::Taken> taken;
  while (auto next = bench.work->take()) taken.push_back(*next);
  const auto of = [&](std::uint64_t target) {
    return std::ranges::count_if(taken, [&](const auto& it) { return it.effect.target == target; });
  };
  CHECK(of(7) == 2);
  CHECK(of(8) == 2);
  CHECK_FALSE(bench.work->next_time());
  REQUIRE(bench.work->settle(taken.front(), {}));
  const auto room = bench.work->take();
  REQUIRE(room);
  CHECK(room->effect.target == taken.front().effect.target);
  CHECK_FALSE(bench.work->take());
}

TEST_CASE("however many of a target that has no room are due, another has its turn", "[app][reactors]") {
  ReactorBench bench;
  bench.reactor.per_target_max = 1;
  constexpr std::uint64_t kBusy = 3;
  constexpr std::uint64_t kQuick = 2;
  std::uint64_t target = kBusy;
  bench.reactor.wish = [&](Position at, Reaction& reaction) {
    reaction.wishes.push_back({.target = target, .lane = at.value});
  };
  for (int i = 0; i < 4'200; ++i) bench.create(kFirst, std::to_string(i));
  bench.follow();
  bench.now += 1s;
  target = kQuick;
  const auto last = bench.create(kFirst, "Acme");
  bench.follow();
  REQUIRE(bench.work->take()->effect.target == kBusy);
  const auto quick = bench.work->take();
  REQUIRE(quick);
  CHECK(quick->effect == Effect{kFirst, kQuick, last});
  CHECK_FALSE(bench.work->take());
}

TEST_CASE("what an earlier version noted as due is done when a target's attempts are limited now", "[app][reactors]") {
  ReactorBench bench;
  bench.reactor.wish = [](Position at, Reaction& reaction) {
    for (const std::uint64_t target : {std::uint64_t{8}, kTarget})
      reaction.wishes.push_back({.target = target, .lane = target});
    reaction.wishes.push_back({.target = 9, .lane = at.value * 100});
  };
  std::vector<Position> positions;
  for (const auto* name : {"Acme", "Umbrella", "Initech"}) positions.push_back(bench.create(kFirst, name));
  bench.follow();
  bench.reactor.per_target_max = 1;
  bench.restart();
  CHECK(bench.work->counts() == EffectCounts{9, 0});
  CHECK(bench.work_off() == 9);
  CHECK(bench.work->counts() == EffectCounts{});
  std::vector<Position> of_one_lane;
  for (const auto& effect : bench.reactor.attempted()) {
    if (effect.target == kTarget) of_one_lane.push_back(effect.position);
  }
  CHECK(of_one_lane == positions);
}

TEST_CASE("a parked effect that is asked for is done before those that came later", "[app][reactors]") {
  ReactorBench bench;
  bench.reactor.wish = [](Position, Reaction& reaction) { reaction.wishes.push_back({.target = kTarget, .lane = 3}); };
  const auto parked = bench.create(kFirst, "Acme");
  bench.follow();
  bench.reactor.ends = {{Attempt::End::refused, "no"}};
  REQUIRE(bench.work_off() == 1);
  const auto later = bench.create(kFirst, "Umbrella");
  bench.follow();
  REQUIRE(bench.work->ask_for({kFirst, kTarget, parked}, 3));
  REQUIRE(bench.work_off() == 2);
  const auto attempted = bench.reactor.attempted();
  CHECK(attempted[1].position == parked);
  CHECK(attempted[2].position == later);
}

TEST_CASE("the platforms take turns", "[app][reactors]") {
  ReactorBench bench;
  for (const auto* name : {"A", "B", "C"}) bench.create(kFirst, name);
  bench.create(kSecond, "D");
  bench.follow();
  REQUIRE(bench.work_off() == 4);
  CHECK(bench.reactor.attempted()[0].platform == kFirst);
  CHECK(bench.reactor.attempted()[1].platform == kSecond);
}

}  // namespace annals::reactor_turns_test
