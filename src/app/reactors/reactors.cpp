#include "app/reactors/reactors.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <stdexcept>

#include "core/background.hpp"

namespace annals {
namespace {

constexpr std::chrono::milliseconds kRound{1'000};
/// What could be missed because the store went back to an older state is found then, and a log that could not be read
/// is tried again.
constexpr std::chrono::seconds kLookAround{60};
constexpr std::size_t kCommitsAtATime = 256;
/// Commits gather meanwhile: many are read at the cost of one.
constexpr std::chrono::milliseconds kGather{20};

}  // namespace

Reactors::Reactors(Store& store, std::span<Reactor* const> reactors, http::Metrics& metrics, const WorkSources& sources)
    : store_(store), metrics_(metrics) {
  for (auto* reactor : reactors) members_.push_back(std::make_unique<Member>(store, *reactor, metrics, sources));
}

Reactors::~Reactors() {
  stop({});
}

bool Reactors::begin() {
  return std::ranges::all_of(members_, [](const auto& each) { return each->work.begin(); });
}

void Reactors::start() {
  for (const auto& each : members_) each->crew.start();
  follower_ = std::jthread([this](const std::stop_token& stopping) { run(stopping); });
}

/// Behind what was noted before. A gap between the two only has to be read.
void Reactors::note(Moved& moved, PlatformId platform, const std::optional<LogGrowth>& growth) {
  auto& known = moved[platform];
  if (growth && !(known && known->go_on(*growth))) known = growth;
}

void Reactors::moved(PlatformId platform, const std::optional<LogGrowth>& growth) {
  {
    const std::scoped_lock lock(mutex_);
    const bool told = moved_.contains(platform);
    note(moved_, platform, growth);
    if (told) return;
  }
  something_moved_.notify_one();
}

void Reactors::wind_down() {
  follower_ = {};
  for (const auto& each : members_) each->crew.wind_down();
}

void Reactors::stop(std::chrono::milliseconds grace) {
  wind_down();
  const auto end = std::chrono::steady_clock::now() + grace;
  for (const auto& each : members_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    each->crew.stop(std::max(left, std::chrono::milliseconds(0)));
  }
  note_checkpoints();
}

Reactors::Member& Reactors::member(ReactorId reactor) {
  const auto found = std::ranges::find_if(members_, [&](auto& each) { return each->work.reactor().id() == reactor; });
  if (found == members_.end()) throw std::logic_error("no such reactor");
  return **found;
}

ReactorWork& Reactors::work_of(ReactorId reactor) {
  return member(reactor).work;
}

void Reactors::wake(ReactorId reactor) {
  member(reactor).crew.wake();
}

void Reactors::run(const std::stop_token& stopping) {
  run_in_background();
  auto next_look = std::chrono::steady_clock::now();
  auto next_note = next_look + kRound;
  Left left;
  while (!stopping.stop_requested()) {
    if (std::chrono::steady_clock::now() >= next_look) {
      look_around();
      next_look = std::chrono::steady_clock::now() + kLookAround;
    }
    const auto moved = wait_for_moved(stopping, left.more.empty() ? kRound : std::chrono::milliseconds(0));
    auto behind = std::move(left.more);
    behind.merge(left.refused);
    for (const auto& [platform, growth] : moved) note(behind, platform, growth);
    left = follow(behind, stopping);
    measure(left);
    if (std::chrono::steady_clock::now() < next_note) continue;
    note_checkpoints();
    next_note = std::chrono::steady_clock::now() + kRound;
  }
}

Reactors::Moved Reactors::wait_for_moved(const std::stop_token& stopping, std::chrono::milliseconds most) {
  std::unique_lock lock(mutex_);
  const bool waits = most.count() > 0;
  if (something_moved_.wait_for(lock, stopping, most, [this] { return !moved_.empty(); }) && waits) {
    something_moved_.wait_for(lock, stopping, kGather, [] { return false; });
  }
  return std::exchange(moved_, {});
}

/// In turn: one platform's flood is its own, and no reactor waits until another is done with it.
Reactors::Left Reactors::follow(const Moved& moved, const std::stop_token& stopping) {
  Left left;
  for (const auto& [platform, growth] : moved) {
    LogReading log(store_.log(), platform, growth, kCommitsAtATime);
    for (const auto& each : members_) {
      if (stopping.stop_requested()) return left;
      switch (follow(*each, log)) {
        case ReactorWork::Followed::to_the_end:
          break;
        case ReactorWork::Followed::more:
          left.more.insert({platform, growth});
          break;
        case ReactorWork::Followed::refused:
          left.refused.insert({platform, growth});
          break;
      }
    }
  }
  return left;
}

/// A log that cannot be read is left alone until the next look around: the others go on.
ReactorWork::Followed Reactors::follow(Member& member, LogReading& log) {
  try {
    const auto followed = member.work.follow(log);
    if (member.work.counts().waiting > 0) member.crew.wake();
    return followed;
  } catch (const std::exception& error) {
    spdlog::error("{}: the log of platform {} cannot be followed for now: {}", member.work.reactor().name(),
                  log.platform().value, error.what());
  }
  return ReactorWork::Followed::to_the_end;
}

void Reactors::note_checkpoints() {
  for (const auto& each : members_) {
    try {
      static_cast<void>(each->work.note_checkpoints());  // else the next time
    } catch (const std::exception& error) {
      spdlog::warn("{}: how far the logs were read cannot be noted now: {}", each->work.reactor().name(), error.what());
    }
  }
}

void Reactors::look_around() {
  for (const auto platform : store_.log().platforms()) moved(platform);
  for (const auto& each : members_) {
    try {
      each->work.look_around();
      each->crew.wake();
    } catch (const std::exception& error) {
      spdlog::warn("{}: what is due cannot be read now: {}", each->work.reactor().name(), error.what());
    }
  }
}

void Reactors::measure(const Left& left) {
  for (const auto& each : members_) {
    try {
      std::uint64_t lag = 0;
      for (const auto& [platform, growth] : left.more) lag += each->work.lag(platform);
      for (const auto& [platform, growth] : left.refused) {
        if (!left.more.contains(platform)) lag += each->work.lag(platform);
      }
      const auto counts = each->work.counts();
      metrics_.reactor(each->work.reactor().name(), counts.waiting, counts.parked, lag);
      if (each->work.reactor().id() == ReactorId::mail) metrics_.outbox_pending(counts.waiting);
    } catch (const std::exception& error) {
      spdlog::debug("{}: cannot be measured now: {}", each->work.reactor().name(), error.what());
    }
  }
}

}  // namespace annals
