#include "app/reactors/crew.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "core/background.hpp"
#include "core/clock.hpp"

namespace annals {
namespace {

constexpr std::chrono::milliseconds kSleepMax{10'000};
/// Between two attempts to note in a store that refuses.
constexpr std::chrono::milliseconds kStorePause{250};

std::string_view name_of(Attempt::End end) {
  switch (end) {
    case Attempt::End::done:
      return "done";
    case Attempt::End::dropped:
      return "dropped";
    case Attempt::End::failed:
      return "failed";
    case Attempt::End::refused:
      return "refused";
    case Attempt::End::unreachable:
      return "unreachable";
    case Attempt::End::interrupted:
      return "interrupted";
  }
  return "";
}

}  // namespace

void Crew::start() {
  const auto count = work_.reactor().threads();
  busy_ = count;
  for (unsigned i = 0; i < count; ++i) threads_.emplace_back([this] { run(); });
}

void Crew::wake() {
  {
    const std::scoped_lock lock(mutex_);
    ++wakes_;
  }
  changed_.notify_all();
}

void Crew::wind_down() {
  {
    const std::scoped_lock lock(mutex_);
    winding_down_ = true;
  }
  changed_.notify_all();
}

void Crew::stop(std::chrono::milliseconds grace) {
  wind_down();
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, grace, [this] { return busy_ == 0; });
  }
  interrupt_.request_stop();
  changed_.notify_all();
  threads_.clear();
}

void Crew::run() {
  run_in_background();
  for (;;) {
    std::uint64_t wakes_seen = 0;
    {
      const std::scoped_lock lock(mutex_);
      if (winding_down_) break;
      wakes_seen = wakes_;
    }
    try {
      if (!work_once()) sleep_until_woken(wakes_seen);
    } catch (const std::exception& error) {
      spdlog::warn("{}: what is to be done cannot be read, trying again: {}", work_.reactor().name(), error.what());
      sleep_until_woken(wakes_seen);
    }
  }
  {
    const std::scoped_lock lock(mutex_);
    --busy_;
  }
  changed_.notify_all();
}

bool Crew::work_once() {
  const auto taken = work_.take();
  if (!taken) return false;
  const auto attempted = attempt(taken->effect);
  metrics_.reactor_attempt(work_.reactor().name(), name_of(attempted.end));
  settle(*taken, attempted);
  wake();  // the next of its lane
  return true;
}

Attempt Crew::attempt(const Effect& effect) {
  try {
    return work_.reactor().attempt(effect, interrupt_.get_token());
  } catch (const std::exception& error) {
    spdlog::warn("{}: an attempt broke off: {}", work_.reactor().name(), error.what());
    return {Attempt::End::failed, "the server could not attempt it"};
  }
}

/// Until the store takes it: forgetting it would mean doing it again.
void Crew::settle(const ReactorWork::Taken& taken, const Attempt& attempt) {
  for (;;) {
    try {
      if (work_.settle(taken, attempt)) return;
    } catch (const std::exception& error) {
      spdlog::warn("{}: the store is away: {}", work_.reactor().name(), error.what());
    }
    std::unique_lock lock(mutex_);
    if (interrupt_.stop_requested()) return;
    changed_.wait_for(lock, kStorePause, [this] { return interrupt_.stop_requested(); });
  }
}

void Crew::sleep_until_woken(std::uint64_t wakes_seen) {
  auto longest = kSleepMax;
  try {
    if (const auto next = work_.next_time()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - clock_now());
      longest = std::clamp(left, std::chrono::milliseconds(1), kSleepMax);
    }
  } catch (const std::exception&) {  // the store is away: look again later
  }
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, longest, [&] { return winding_down_ || wakes_ != wakes_seen; });
}

}  // namespace annals
