#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace annals {

/// SIGINT and SIGTERM as an orderly stop. Made before any other thread, so that all inherit the blocked signals. A
/// second signal, or `patience` running out after the first, ends the process at once, which loses no answered write.
class StopSignals {
 public:
  explicit StopSignals(std::chrono::milliseconds patience);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  bool requested() const { return requested_.load(); }
  void wait();

 private:
  void watch(const std::stop_token& done, std::chrono::milliseconds patience);

  std::atomic<bool> requested_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::jthread watcher_;
};

}  // namespace annals
