#include "app/reactors/reactors.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <set>
#include <thread>

#include "app/committing.hpp"
#include "app/projection_upkeep.hpp"
#include "app/reactors/scripted_reactor.hpp"
#include "app/real_directory.hpp"
#include "core/clock.hpp"

namespace annals::reactors_test {
using namespace annals::test;
using std::chrono_literals::operator""s;

namespace {

const WorkSources kRealTime{clock_now, [] { return 0.5; }};

void wait_until(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error("it did not come about");
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace

TEST_CASE("what is committed while reactors work is done by their threads", "[app][reactors]") {
  CountingMetrics metrics;
  ScriptedReactor reactor;
  std::atomic<Reactors*> told = nullptr;
  auto options = Backend::quick();
  options.moved = [&](PlatformId platform, const LogGrowth& growth) {
    if (auto* reactors = told.load()) reactors->moved(platform, growth);
  };
  Backend backend(options);
  const std::array<Reactor*, 1> all{&reactor};
  Reactors reactors(backend.store, all, metrics, kRealTime);
  REQUIRE(reactors.begin());
  told = &reactors;
  reactors.start();
  for (int i = 0; i < 50; ++i) {
    REQUIRE(backend.ask(PlatformId{1 + static_cast<std::uint64_t>(i) % 2}, create_organization(std::to_string(i))));
  }
  wait_until([&] { return metrics.of("scripted done") >= 50; });
  wait_until([&] { return metrics.of("scripted pending") == 0 && metrics.of("scripted lag") == 0; });
  CHECK(metrics.of("scripted done") == 50);
  const auto attempted = reactor.attempted();
  CHECK(std::set(attempted.begin(), attempted.end()).size() == 50);
  backend.stop();
  reactors.stop(5s);
  CHECK(reactor.attempted().size() == 50);
}

TEST_CASE("a platform whose log never ends does not keep a reactor from the others", "[app][reactors]") {
  CountingMetrics metrics;
  ScriptedReactor reactor;
  std::atomic<Reactors*> told = nullptr;
  auto options = Backend::quick();
  options.moved = [&](PlatformId platform, const LogGrowth& growth) {
    if (auto* reactors = told.load()) reactors->moved(platform, growth);
  };
  Backend backend(options);
  std::atomic<bool> over = false;
  std::atomic<int> written = 0;
  reactor.wish = [&](Position at, Reaction& reaction) {
    reaction.wishes.push_back({.target = 7, .lane = at.value});
    if (over) return;
    static_cast<void>(backend.ask(PlatformId{1}, create_organization("Flood " + std::to_string(++written))));
  };
  const std::array<Reactor*, 1> all{&reactor};
  Reactors reactors(backend.store, all, metrics, kRealTime);
  REQUIRE(reactors.begin());
  told = &reactors;
  reactors.start();
  REQUIRE(backend.ask(PlatformId{1}, create_organization("Acme")));
  wait_until([&] { return written > 10; });
  REQUIRE(backend.ask(PlatformId{2}, create_organization("Umbrella")));
  wait_until([&] {
    return std::ranges::any_of(reactor.attempted(),
                               [](const auto& effect) { return effect.platform == PlatformId{2}; });
  });
  over = true;
  reactors.stop(5s);
  backend.stop();
}

TEST_CASE("stopping interrupts what does not end, and the next start does it", "[app][reactors]") {
  Backend backend;
  CountingMetrics metrics;
  ScriptedReactor reactor;
  const std::array<Reactor*, 1> all{&reactor};
  std::atomic<bool> begun = false;
  {
    reactor.while_attempting = [&](const std::stop_token& stopping) {
      begun = true;
      while (!stopping.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    };
    Reactors reactors(backend.store, all, metrics, kRealTime);
    REQUIRE(reactors.begin());
    reactors.start();
    REQUIRE(backend.ask(PlatformId{1}, create_organization("Acme")));
    reactors.moved(PlatformId{1});
    wait_until([&] { return begun.load(); });
    reactors.stop(std::chrono::milliseconds(10));
    CHECK(reactors.work_of(ReactorId::webhooks).counts() == EffectCounts{1, 0});
  }
  CHECK(metrics.of("scripted interrupted") == 1);
  reactor.while_attempting = {};
  Reactors reactors(backend.store, all, metrics, kRealTime);
  REQUIRE(reactors.begin());
  reactors.start();
  wait_until([&] { return reactors.work_of(ReactorId::webhooks).counts() == EffectCounts{}; });
  CHECK(reactor.attempted().size() == 2);
}

TEST_CASE("an attempt that throws counts as a failure", "[app][reactors]") {
  Backend backend;
  CountingMetrics metrics;
  ScriptedReactor reactor;
  reactor.while_attempting = [](const std::stop_token&) { throw std::runtime_error("a bug"); };
  const std::array<Reactor*, 1> all{&reactor};
  Reactors reactors(backend.store, all, metrics, kRealTime);
  REQUIRE(reactors.begin());
  reactors.start();
  REQUIRE(backend.ask(PlatformId{1}, create_organization("Acme")));
  reactors.moved(PlatformId{1});
  wait_until([&] { return metrics.of("scripted failed") == 1; });
  wait_until([&] {
    const auto known = reactors.work_of(ReactorId::webhooks).of_target(PlatformId{1}, 7);
    return known.size() == 1 && known.front().second.attempts == 1;
  });
}

TEST_CASE("rebuilding the views leaves what waits alone, and so does opening the directory again", "[app][reactors]") {
  const Scratch scratch;
  ScriptedReactor reactor;
  const Effect effect{PlatformId{1}, 7, Position{5}};
  {
    const auto store = first_start(scratch / "data");
    ReactorWork work(*store, reactor, kRealTime);
    REQUIRE(work.begin());
    REQUIRE(work.ask_for(effect, 3));
    rebuild_everything(*store, [](std::uint64_t, std::uint64_t) {});
    CHECK(work.counts() == EffectCounts{1, 0});
    CHECK(work.of_target(PlatformId{1}, 7).size() == 1);
  }
  const auto store = open_directory(options_of(scratch / "data"));
  ReactorWork work(*store, reactor, kRealTime);
  REQUIRE(work.begin());
  CHECK(work.counts() == EffectCounts{1, 0});
  const auto taken = work.take();
  REQUIRE(taken);
  CHECK(taken->effect == effect);
}

}  // namespace annals::reactors_test
