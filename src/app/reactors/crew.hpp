#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "app/reactors/reactor_work.hpp"
#include "http/metrics.hpp"

namespace annals {

/// The threads on which one reactor's effects are attempted, one each at a time. Does not own its arguments.
class Crew {
 public:
  Crew(ReactorWork& work, http::Metrics& metrics) : work_(work), metrics_(metrics) {}
  ~Crew() { stop({}); }

  void start();
  /// There may be something to take; any thread.
  void wake();
  /// Takes nothing any more.
  void wind_down();
  /// Waits for what is being attempted, and interrupts it after `grace`.
  void stop(std::chrono::milliseconds grace);

 private:
  void run();
  bool work_once();  ///< false: there was nothing to take
  Attempt attempt(const Effect& effect);
  void settle(const ReactorWork::Taken& taken, const Attempt& attempt);
  void sleep_until_woken(std::uint64_t wakes_seen);

  ReactorWork& work_;
  http::Metrics& metrics_;
  std::stop_source interrupt_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t wakes_ = 0;
  std::size_t busy_ = 0;  ///< threads that have not ended
  bool winding_down_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace annals
