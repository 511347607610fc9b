#include "http/resources/position_waits.hpp"

#include <algorithm>
#include <utility>

namespace annals::http {
namespace {

/// Between two looks at how far reads have come.
constexpr auto kInterval = std::chrono::milliseconds(2);

}  // namespace

PositionWaits::PositionWaits(Served served, std::size_t waits_max)
    : served_(std::move(served)), waits_max_(waits_max), thread_([this] { run(); }) {}

PositionWaits::~PositionWaits() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void PositionWaits::wait(PlatformId platform, Position position, std::chrono::milliseconds patience, Then then) {
  {
    const std::scoped_lock lock(mutex_);
    if (waits_.size() < waits_max_) {
      waits_.push_back({platform, position, Clock::now() + patience, std::move(then)});
    }
  }
  if (then) return then(Ended::too_many);
  changed_.notify_all();
}

void PositionWaits::run() {
  for (;;) {
    std::vector<std::pair<Ended, Then>> ended;
    bool stopping = false;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !waits_.empty(); });
      ended = take_ended();
      stopping = stopping_;
    }
    for (auto& [how, then] : ended) then(how);
    if (stopping) return;
    if (ended.empty()) std::this_thread::sleep_for(kInterval);
  }
}

std::vector<std::pair<PositionWaits::Ended, PositionWaits::Then>> PositionWaits::take_ended() {
  std::vector<std::pair<Ended, Then>> ended;
  const auto now = Clock::now();
  for (auto& wait : waits_) {
    const bool is_served = served_(wait.platform) >= wait.position;
    if (!is_served && !stopping_ && now < wait.until) continue;
    const auto how = is_served ? Ended::served : stopping_ ? Ended::stopping : Ended::too_late;
    ended.emplace_back(how, std::move(wait.then));
  }
  std::erase_if(waits_, [](const Wait& wait) { return !wait.then; });
  return ended;
}

}  // namespace annals::http
