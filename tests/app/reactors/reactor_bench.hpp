#pragma once

#include <catch2/catch.hpp>
#include <memory>

#include "app/committing.hpp"
#include "app/reactors/reactor_work.hpp"
#include "app/reactors/scripted_reactor.hpp"

namespace annals::test {

inline constexpr PlatformId kFirst{1};
inline constexpr PlatformId kSecond{2};
inline constexpr std::uint64_t kTarget = 7;

inline ReactorWork::Followed followed(ReactorWork& work, Backend& backend, PlatformId platform,
                                      std::size_t commits_max) {
  LogReading log(backend.store.log(), platform, {}, commits_max);
  return work.follow(log);
}

/// A reactor over logs in memory, with a clock that stands still unless it is moved.
struct ReactorBench {
  ReactorBench() { REQUIRE(begin()); }

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

inline Attempt failed(std::string why) {
  return {Attempt::End::failed, std::move(why)};
}

}  // namespace annals::test
