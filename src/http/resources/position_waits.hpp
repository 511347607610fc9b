#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/ids.hpp"

namespace annals::http {

/// Requests that are to be answered when a position is served. One thread for all of them, asleep while there are none.
/// Thread-safe.
class PositionWaits {
 public:
  /// How far each platform's reads have come; asked on the waits' thread.
  using Served = std::function<Position(PlatformId)>;
  enum class Ended { served, too_late, too_many, stopping };
  using Then = std::move_only_function<void(Ended)>;

  explicit PositionWaits(Served served, std::size_t waits_max = 1024);
  ~PositionWaits();  ///< ends those that still wait as `stopping`

  /// `then` is called once, on the waits' thread, `patience` from now at the latest; at once when too many wait
  /// already.
  void wait(PlatformId platform, Position position, std::chrono::milliseconds patience, Then then);

 private:
  using Clock = std::chrono::steady_clock;
  struct Wait {
    PlatformId platform;
    Position position;
    Clock::time_point until;
    Then then;
  };

  void run();
  /// Those that are over, taken out.
  std::vector<std::pair<Ended, Then>> take_ended();

  const Served served_;
  const std::size_t waits_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Wait> waits_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace annals::http
