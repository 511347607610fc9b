#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "core/ids.hpp"

namespace annals::http {

/// Requests that are to be answered when a position is served. One thread for all of them, asleep until a platform's
/// reads come further or somebody's patience ends. Thread-safe.
class PositionWaits {
 public:
  /// How far each platform's reads have come; asked on the waits' thread.
  using Served = std::function<Position(PlatformId)>;
  enum class Ended { served, too_late, too_many, stopping };
  using Then = std::move_only_function<void(Ended)>;

  explicit PositionWaits(Served served, std::size_t per_platform_max = 4096);
  ~PositionWaits();  ///< as close()

  /// `then` is called once, on the waits' thread, `patience` from now at the latest; at once when too many of the
  /// platform's wait already, or when closed.
  void wait(PlatformId platform, Position position, std::chrono::milliseconds patience, Then then);
  /// The platform's reads have come further. Costs the caller next to nothing.
  void moved(PlatformId platform);
  /// Ends those that wait, and all to come, as `stopping`.
  void close();
  bool closed() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Wait {
    Position position;
    Clock::time_point until;
    Then then;
  };
  using Over = std::vector<std::pair<Ended, Then>>;

  void run();
  /// Those that are over, taken out.
  Over take_served(const std::map<PlatformId, Position>& served);
  Over take_late(Clock::time_point now);
  Over take_all();

  const Served served_;
  const std::size_t per_platform_max_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<PlatformId, std::vector<Wait>> waits_;  ///< of platforms that have some
  std::set<PlatformId> moved_;                     ///< and are to be looked at
  Clock::time_point first_deadline_ = Clock::time_point::max();
  bool closed_ = false;
  std::thread thread_;
};

}  // namespace annals::http
