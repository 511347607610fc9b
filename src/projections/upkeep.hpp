#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace annals {

/// A thread for work that nobody waits for. When it is stirred it lets some more work come together, and then does
/// portion after portion until none is left.
class Upkeep {
 public:
  /// `portion` does a part of the work, some ms long at most; false when none is left. It must not throw.
  explicit Upkeep(std::function<bool()> portion)
      : portion_(std::move(portion)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

  /// Ends the thread behind the portion that it does; from then on nothing is done.
  void stop() { thread_ = std::jthread(); }

  /// There is work. Any thread; cheap when it was stirred already.
  void stir() {
    if (stirred_.exchange(true)) return;
    {
      const std::scoped_lock lock(mutex_);
    }
    changed_.notify_one();
  }

 private:
  static constexpr std::chrono::milliseconds kGathering{20};

  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      {
        std::unique_lock lock(mutex_);
        if (!changed_.wait(lock, stop, [this] { return stirred_.load(); })) return;
        changed_.wait_for(lock, stop, kGathering, [] { return false; });
      }
      stirred_ = false;
      while (!stop.stop_requested() && portion_()) {
      }
    }
  }

  const std::function<bool()> portion_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::atomic<bool> stirred_ = false;
  std::jthread thread_;  ///< last: it uses the others
};

}  // namespace annals
