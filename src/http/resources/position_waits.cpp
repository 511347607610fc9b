#include "http/resources/position_waits.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace annals::http {
namespace {

/// The thread looks at its deadlines so often at least.
constexpr std::chrono::hours kSleepMax{1};

}  // namespace

PositionWaits::PositionWaits(Served served, std::size_t per_platform_max)
    : served_(std::move(served)), per_platform_max_(per_platform_max), thread_([this] { run(); }) {}

PositionWaits::~PositionWaits() {
  close();
  thread_.join();
}

void PositionWaits::wait(PlatformId platform, Position position, std::chrono::milliseconds patience, Then then) {
  std::unique_lock lock(mutex_);
  if (closed_) {
    lock.unlock();
    return then(Ended::stopping);
  }
  auto& waits = waits_[platform];
  if (waits.size() >= per_platform_max_) {
    lock.unlock();
    return then(Ended::too_many);
  }
  const auto until = Clock::now() + patience;
  waits.push_back({position, until, std::move(then)});
  first_deadline_ = std::min(first_deadline_, until);
  moved_.insert(platform);  // it may be served already
  changed_.notify_one();
}

void PositionWaits::moved(PlatformId platform) {
  const std::scoped_lock lock(mutex_);
  if (waits_.contains(platform) && moved_.insert(platform).second) changed_.notify_one();
}

void PositionWaits::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  changed_.notify_one();
}

bool PositionWaits::closed() const {
  const std::scoped_lock lock(mutex_);
  return closed_;
}

void PositionWaits::run() {
  const auto end = [](Over over) {
    for (auto& [how, then] : over) then(how);
  };
  std::unique_lock lock(mutex_);
  for (bool closed = false; !closed;) {
    changed_.wait_until(lock, std::min(first_deadline_, Clock::now() + kSleepMax),
                        [this] { return closed_ || !moved_.empty(); });
    closed = closed_;
    const auto moved = std::exchange(moved_, {});
    lock.unlock();
    std::map<PlatformId, Position> served;
    for (const auto platform : moved) served[platform] = served_(platform);
    lock.lock();
    auto over = take_served(served);
    std::ranges::move(take_late(Clock::now()), std::back_inserter(over));
    lock.unlock();
    end(std::move(over));
    lock.lock();
  }
  auto rest = take_all();
  lock.unlock();
  end(std::move(rest));
}

PositionWaits::Over PositionWaits::take_served(const std::map<PlatformId, Position>& served) {
  Over over;
  for (const auto& [platform, position] : served) {
    const auto found = waits_.find(platform);
    if (found == waits_.end()) continue;
    auto& waits = found->second;
    const auto others = std::ranges::partition(waits, [&](const Wait& wait) { return wait.position > position; });
    for (auto& wait : others) over.emplace_back(Ended::served, std::move(wait.then));
    waits.erase(others.begin(), others.end());
    if (waits.empty()) waits_.erase(found);
  }
  return over;
}

PositionWaits::Over PositionWaits::take_late(Clock::time_point now) {
  Over over;
  if (now < first_deadline_) return over;
  first_deadline_ = Clock::time_point::max();
  for (auto& [platform, waits] : waits_) {
    const auto late = std::ranges::partition(waits, [&](const Wait& wait) { return wait.until > now; });
    for (auto& wait : late) over.emplace_back(Ended::too_late, std::move(wait.then));
    waits.erase(late.begin(), late.end());
    for (const auto& wait : waits) first_deadline_ = std::min(first_deadline_, wait.until);
  }
  std::erase_if(waits_, [](const auto& entry) { return entry.second.empty(); });
  return over;
}

PositionWaits::Over PositionWaits::take_all() {
  Over over;
  for (auto& [platform, waits] : waits_) {
    for (auto& wait : waits) over.emplace_back(Ended::stopping, std::move(wait.then));
  }
  waits_.clear();
  return over;
}

}  // namespace annals::http
