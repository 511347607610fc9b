#include <algorithm>
#include <chrono>

#include "app/reactors/reactor_bench.hpp"
#include "core/clock.hpp"

namespace annals::reactor_work_test {
using namespace annals::test;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""h;

TEST_CASE("what an event asks for is done once, also over a restart", "[app][reactors]") {
  ReactorBench bench;
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
  ReactorBench bench;
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
  ReactorBench bench;
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
  ReactorBench bench;
  bench.create(kFirst, "Acme");
  LogReading round(bench.backend.store.log(), kFirst, {}, 100);
  bench.create(kFirst, "Umbrella");
  CHECK(bench.work->follow(round) == ReactorWork::Followed::to_the_end);
  CHECK(bench.work->counts() == EffectCounts{1, 0});
  CHECK(bench.work->lag(kFirst) == 1);
}

TEST_CASE("what was not done when the server died is done by the next", "[app][reactors]") {
  ReactorBench bench;
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
  ReactorBench bench;
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
  ReactorBench bench;
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
  ReactorBench bench;
  bench.reactor.ends = {{Attempt::End::refused, "550"}};
  const auto position = bench.create(kFirst, "Acme");
  bench.follow();
  CHECK(bench.work_off() == 1);
  CHECK(bench.row(kFirst, position).state == EffectState::parked);
  CHECK(bench.row(kFirst, position).last_error == "550");
}

TEST_CASE("while the other side cannot be reached nothing is parked, and it is asked more and more seldom",
          "[app][reactors]") {
  ReactorBench bench;
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
  ReactorBench bench;
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

TEST_CASE("what is withdrawn is forgotten, whatever became of it", "[app][reactors]") {
  ReactorBench bench;
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
  ReactorBench bench;
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
  ReactorBench bench;
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
  ReactorBench bench;
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
  ReactorBench bench;
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
  ReactorBench bench;
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
