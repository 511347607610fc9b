#include "app/reactors/reactor_work.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>

#include "app/committing.hpp"
#include "app/reactors/scripted_reactor.hpp"
#include "core/clock.hpp"

namespace annals::reactor_work_test {
using namespace annals::test;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""h;

namespace {

constexpr PlatformId kFirst{1};
constexpr PlatformId kSecond{2};
constexpr std::uint64_t kTarget = 7;

ReactorWork::Followed followed(ReactorWork& work, Backend& backend, PlatformId platform, std::size_t commits_max) {
  LogReading log(backend.store.log(), platform, {}, commits_max);
  return work.follow(log);
}

/// A reactor over logs in memory, with a clock that stands still unless it is moved.
struct Bench {
  Bench() { REQUIRE(begin()); }

  bool begin() {
    work.reset();
    work = std::make_unique<ReactorWork>(backend.store, reactor,
                                         WorkSources{[this] { return now; }, [this] { return chance; }});
    return work->begin();
  }
  /// Another process on the same data.
  void restart() { REQUIRE(begin()); }
  /// Where its event stands.
  Position create(PlatformId platform, const std::string& name) {
    REQUIRE(backend.ask(platform, create_organization(name)));
    return backend.store.log().head(platform).position;
  }
  void follow() {
    for (const auto platform : backend.store.log().platforms()) {
      while (followed(*work, backend, platform, 2) == ReactorWork::Followed::more) {
      }
    }
  }
  /// How many it found to attempt.
  std::size_t work_off() {
    std::size_t count = 0;
    for (auto taken = work->take(); taken; taken = work->take()) {
      REQUIRE(work->settle(*taken, reactor.attempt(taken->effect, {})));
      ++count;
    }
    return count;
  }
  EffectRow row(PlatformId platform, Position position) const {
    for (const auto& [effect, row] : work->of_target(platform, kTarget)) {
      if (effect.position == position) return row;
    }
    FAIL("nothing is known of that effect");
    return {};
  }

  Backend backend;
  ScriptedReactor reactor;
  Timestamp now = from_micros(1'750'000'000'000'000);
  double chance = 0.5;
  std::unique_ptr<ReactorWork> work;
};

Attempt failed(std::string why) {
  return {Attempt::End::failed, std::move(why)};
}

}  // namespace

TEST_CASE("what an event asks for is done once, also over a restart", "[app][reactors]") {
  Bench bench;
  const auto first = bench.create(kFirst, "Acme");
  const auto second = bench.create(kSecond, "Umbrella");
  bench.follow();
  CHECK(bench.work->counts() == EffectCounts{2, 0});
  CHECK(bench.work_off() == 2);
  CHECK(bench.reactor.attempted() == std::vector<Effect>{{kFirst, kTarget, first}, {kSecond, kTarget, second}});
  CHECK(bench.work->counts() == EffectCounts{});
  bench.restart();
  bench.follow();
  CHECK(bench.work_off() == 0);
}

TEST_CASE("a log is read once for all reactors that have come equally far", "[app][reactors]") {
  Bench bench;
  ScriptedReactor other;
  other.number = ReactorId::mail;
  ReactorWork work_of_other(bench.backend.store, other, {clock_now, [] { return 0.0; }});
  REQUIRE(work_of_other.begin());
  bench.create(kFirst, "Acme");
  const auto& log = bench.backend.store.log();
  const auto readings = log.readings();
  LogReading round(log, kFirst, {}, 100);
  CHECK(bench.work->follow(round) == ReactorWork::Followed::to_the_end);
  CHECK(work_of_other.follow(round) == ReactorWork::Followed::to_the_end);
  CHECK(log.readings() == readings + 1);

  const auto second = bench.create(kFirst, "Umbrella");
  bench.follow();
  const auto third = bench.create(kFirst, "Initech");
  LogReading apart(log, kFirst, {}, 100);
  CHECK(bench.work->follow(apart) == ReactorWork::Followed::to_the_end);
  CHECK(work_of_other.follow(apart) == ReactorWork::Followed::to_the_end);
  for (auto* work : {bench.work.get(), &work_of_other}) {
    CHECK(work->counts() == EffectCounts{3, 0});
    for (const auto position : {second, third}) {
      CHECK(std::ranges::any_of(work->of_target(kFirst, kTarget),
                                [&](const auto& it) { return it.first.position == position; }));
    }
  }
}

TEST_CASE("events of kinds that a reactor does not look for are passed over unread", "[app][reactors]") {
  Bench bench;
  bench.follow();
  const auto& log = bench.backend.store.log();
  const auto readings = log.readings();
  const auto position = bench.create(kFirst, "Acme");
  const auto growth = LogGrowth::by(bench.backend.commits(kFirst).back());
  CHECK(growth.last == position);
  const auto follow_growth = [&] {
    LogReading round(log, kFirst, growth, 100);
    REQUIRE(bench.work->follow(round) == ReactorWork::Followed::to_the_end);
  };
  SECTION("all of them") {
    bench.reactor.looked_for = kinds_in(EventSet<OrganizationDeleted>{});
    follow_growth();
    CHECK(log.readings() == readings);
    CHECK(bench.work->lag(kFirst) == 0);
    CHECK(bench.work->counts() == EffectCounts{});
  }
  SECTION("but not when one is among them that it looks for") {
    bench.reactor.looked_for = kinds_in(EventSet<OrganizationCreated, OrganizationDeleted>{});
    follow_growth();
    CHECK(bench.work->counts() == EffectCounts{1, 0});
  }
  SECTION("but not what stood there before, of which nothing is known") {
    bench.reactor.looked_for = kinds_in(EventSet<OrganizationDeleted>{});
    bench.restart();
    auto later = growth;
    later.first = later.last = Position{position.value + 1};
    bench.create(kFirst, "Umbrella");
    LogReading round(log, kFirst, later, 100);
    REQUIRE(bench.work->follow(round) == ReactorWork::Followed::to_the_end);
    CHECK(log.readings() > readings);
    CHECK(bench.work->counts() == EffectCounts{2, 0});
  }
}

TEST_CASE("a round ends where it began, whatever has come since", "[app][reactors]") {
  Bench bench;
  bench.create(kFirst, "Acme");
  LogReading round(bench.backend.store.log(), kFirst, {}, 100);
  bench.create(kFirst, "Umbrella");
  CHECK(bench.work->follow(round) == ReactorWork::Followed::to_the_end);
  CHECK(bench.work->counts() == EffectCounts{1, 0});
  CHECK(bench.work->lag(kFirst) == 1);
}

TEST_CASE("what was not done when the server died is done by the next", "[app][reactors]") {
  Bench bench;
  const auto position = bench.create(kFirst, "Acme");
  SECTION("before the log was looked at") {}
  SECTION("before it was attempted") {
    bench.follow();
  }
  SECTION("between doing it and noting that") {
    bench.follow();
    REQUIRE(bench.work->take());
  }
  bench.restart();
  bench.follow();
  CHECK(bench.work_off() == 1);
  CHECK(bench.reactor.attempted() == std::vector<Effect>{{kFirst, kTarget, position}});
}

TEST_CASE("a failure is tried again after twice the time each, a restart in between changes nothing",
          "[app][reactors]") {
  Bench bench;
  bench.reactor.ends = {failed("first"), failed("second"), failed("third")};
  const auto position = bench.create(kFirst, "Acme");
  bench.follow();
  unsigned failures = 0;
  for (const auto half : {5s, 10s, 20s}) {
    REQUIRE(bench.work_off() == 1);
    CHECK(bench.row(kFirst, position).attempts == ++failures);
    CHECK(bench.row(kFirst, position).at == bench.now + half);
    bench.restart();
    CHECK(bench.work->next_time() == bench.now + half);
    bench.now += half - std::chrono::microseconds(1);
    CHECK(bench.work_off() == 0);
    bench.now += std::chrono::microseconds(1);
  }
  CHECK(bench.work_off() == 1);
  CHECK(bench.work->counts() == EffectCounts{});
}

TEST_CASE("after the last try an effect is parked, until somebody asks for it", "[app][reactors]") {
  Bench bench;
  bench.reactor.ends = {failed("1"), failed("2"), failed("3"), failed("the last")};
  const auto position = bench.create(kFirst, "Acme");
  bench.follow();
  for (int attempt = 0; attempt < 4; ++attempt) {
    REQUIRE(bench.work_off() == 1);
    bench.restart();
    bench.now += 60s;
  }
  CHECK(bench.work->counts() == EffectCounts{0, 1});
  const auto parked = bench.row(kFirst, position);
  CHECK(parked.state == EffectState::parked);
  CHECK(parked.attempts == 4);
  CHECK(parked.last_error == "the last");
  bench.now += 1000h;
  CHECK(bench.work_off() == 0);

  REQUIRE(bench.work->ask_for({kFirst, kTarget, position}, 99));
  CHECK(bench.work->counts() == EffectCounts{1, 0});
  CHECK(bench.work_off() == 1);
  CHECK(bench.work->counts() == EffectCounts{});
}

TEST_CASE("what is refused is parked at once", "[app][reactors]") {
  Bench bench;
  bench.reactor.ends = {{Attempt::End::refused, "550"}};
  const auto position = bench.create(kFirst, "Acme");
  bench.follow();
  CHECK(bench.work_off() == 1);
  CHECK(bench.row(kFirst, position).state == EffectState::parked);
  CHECK(bench.row(kFirst, position).last_error == "550");
}

TEST_CASE("while the other side cannot be reached nothing is parked, and it is asked more and more seldom",
          "[app][reactors]") {
  Bench bench;
  bench.create(kFirst, "Acme");
  const auto position = bench.create(kFirst, "Umbrella");
  bench.follow();
  const auto begun = bench.now;
  std::size_t attempts = 0;
  while (bench.now < begun + 30 * 24h) {
    bench.reactor.ends = {{Attempt::End::unreachable, "away"}};
    const auto found = bench.work_off();
    REQUIRE(found <= 1);
    attempts += found;
    REQUIRE(bench.work->next_time());
    REQUIRE(*bench.work->next_time() > bench.now);
    bench.now = *bench.work->next_time();
  }
  CHECK(attempts > 30 * 24 * 12);  // at least every five minutes
  CHECK(attempts < 30 * 24 * 30);
  CHECK(bench.work->counts() == EffectCounts{2, 0});
  CHECK(bench.row(kFirst, position).attempts == 0);
  bench.reactor.ends.clear();
  CHECK(bench.work_off() == 2);
}

TEST_CASE("several attempts that fail together are one reason to pause", "[app][reactors]") {
  Bench bench;
  bench.create(kFirst, "Acme");
  bench.create(kFirst, "Umbrella");
  bench.follow();
  const auto one = bench.work->take();
  const auto other = bench.work->take();
  REQUIRE((one && other));
  REQUIRE(bench.work->settle(*one, {Attempt::End::unreachable, "away"}));
  const auto until = bench.work->next_time();
  REQUIRE(bench.work->settle(*other, {Attempt::End::unreachable, "away"}));
  CHECK(bench.work->next_time() == until);
}

TEST_CASE("effects of one lane are done in order, others do not wait for them", "[app][reactors]") {
  Bench bench;
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
  Bench bench;
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
  Bench bench;
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
  Bench bench;
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
  Bench bench;
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
  Bench bench;
  for (const auto* name : {"A", "B", "C"}) bench.create(kFirst, name);
  bench.create(kSecond, "D");
  bench.follow();
  REQUIRE(bench.work_off() == 4);
  CHECK(bench.reactor.attempted()[0].platform == kFirst);
  CHECK(bench.reactor.attempted()[1].platform == kSecond);
}

TEST_CASE("what is withdrawn is forgotten, whatever became of it", "[app][reactors]") {
  Bench bench;
  bench.reactor.keeps = true;
  const auto position = bench.create(kFirst, "Acme");
  bench.follow();
  std::optional<ReactorWork::Taken> taken;
  SECTION("waiting") {}
  SECTION("done") {
    REQUIRE(bench.work_off() == 1);
  }
  SECTION("parked") {
    bench.reactor.ends = {{Attempt::End::refused, "no"}};
    REQUIRE(bench.work_off() == 1);
  }
  SECTION("being attempted") {
    taken = bench.work->take();
  }
  CHECK(bench.row(kFirst, position).lane == position.value);
  bench.reactor.wish = [](Position, Reaction& reaction) { reaction.withdrawn.push_back(kTarget); };
  bench.create(kFirst, "Umbrella");
  bench.follow();
  if (taken) REQUIRE(bench.work->settle(*taken, failed("too late")));
  CHECK(bench.work->of_target(kFirst, kTarget).empty());
  CHECK(bench.work->counts() == EffectCounts{});
  CHECK_FALSE(bench.work->next_time());
  bench.restart();
  CHECK(bench.work->counts() == EffectCounts{});
  CHECK(bench.work_off() == 0);
}

TEST_CASE("done effects stay listed when the reactor says so", "[app][reactors]") {
  Bench bench;
  bench.reactor.keeps = true;
  const auto position = bench.create(kFirst, "Acme");
  bench.follow();
  REQUIRE(bench.work_off() == 1);
  CHECK(bench.row(kFirst, position).state == EffectState::done);
  CHECK(bench.row(kFirst, position).at == bench.now);
  CHECK(bench.row(kFirst, position).attempts == 1);
}

TEST_CASE("a reactor begins behind what it has never seen, but at the beginning of every later platform",
          "[app][reactors]") {
  Backend backend;
  REQUIRE(backend.ask(kFirst, create_organization("Long ago")));
  ScriptedReactor reactor;
  ReactorWork work(backend.store, reactor, {clock_now, [] { return 0.0; }});
  REQUIRE(work.begin());
  CHECK(work.lag(kFirst) == 0);
  CHECK(followed(work, backend, kFirst, 100) == ReactorWork::Followed::to_the_end);
  CHECK(work.counts() == EffectCounts{});
  REQUIRE(backend.ask(kSystemPlatform, create_platform("third")));
  REQUIRE(backend.ask(PlatformId{3}, create_organization("New")));

  ReactorWork after_a_crash(backend.store, reactor, {clock_now, [] { return 0.0; }});
  REQUIRE(after_a_crash.begin());
  CHECK(after_a_crash.lag(PlatformId{3}) > 0);
  CHECK(followed(after_a_crash, backend, PlatformId{3}, 100) == ReactorWork::Followed::to_the_end);
  CHECK(after_a_crash.counts() == EffectCounts{1, 0});
}

TEST_CASE("what a reactor is not able to do waits for a start at which it is", "[app][reactors]") {
  Bench bench;
  bench.reactor.is_able = false;
  bench.create(kFirst, "Acme");
  bench.follow();
  CHECK(bench.work->counts() == EffectCounts{1, 0});
  CHECK_FALSE(bench.work->take());
  CHECK_FALSE(bench.work->next_time());
  bench.reactor.is_able = true;
  bench.restart();
  CHECK(bench.work_off() == 1);
}

TEST_CASE("while the store refuses nothing is lost and nothing is done twice", "[app][reactors]") {
  Bench bench;
  auto& tables = bench.backend.store.side_tables();
  const auto position = bench.create(kFirst, "Acme");
  tables.refuses = true;
  CHECK(followed(*bench.work, bench.backend, kFirst, 100) == ReactorWork::Followed::refused);
  CHECK(bench.work->counts() == EffectCounts{});
  tables.refuses = false;
  bench.follow();
  const auto taken = bench.work->take();
  REQUIRE(taken);
  tables.refuses = true;
  CHECK_FALSE(bench.work->settle(*taken, {Attempt::End::done}));
  CHECK_FALSE(bench.work->take());
  CHECK(bench.row(kFirst, position).state == EffectState::waiting);
  tables.refuses = false;
  REQUIRE(bench.work->settle(*taken, {Attempt::End::done}));
  CHECK(bench.work_off() == 0);
  CHECK(bench.work->counts() == EffectCounts{});
}

TEST_CASE("how far the log was read is noted when asked, else with what is wanted", "[app][reactors]") {
  Bench bench;
  bench.reactor.wish = [](Position, Reaction&) {};
  bench.create(kFirst, "Acme");
  bench.follow();
  CHECK(bench.work->lag(kFirst) == 0);
  const auto noted = [&] {
    return EffectTable(bench.backend.store.side_tables().latest(), ReactorId::webhooks, kFirst).checkpoint();
  };
  CHECK(noted() < bench.backend.store.log().head(kFirst).position);
  REQUIRE(bench.work->note_checkpoints());
  CHECK(noted() == bench.backend.store.log().head(kFirst).position);
}

TEST_CASE("one of thousands that wait is found without looking at the others", "[app][reactors]") {
  Bench bench;
  bench.reactor.wish = [](Position at, Reaction& reaction) {
    for (std::uint64_t target = 1; target <= 5'000; ++target)
      reaction.wishes.push_back({target, target * 10 + at.value});
  };
  bench.create(kFirst, "Acme");
  bench.follow();
  CHECK(bench.work->counts() == EffectCounts{5'000, 0});
  CHECK(bench.work_off() == 5'000);
  CHECK(bench.work->counts() == EffectCounts{});
}

}  // namespace annals::reactor_work_test
