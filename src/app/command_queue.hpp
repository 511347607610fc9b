#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "http/ports.hpp"

namespace annals {

struct WaitingCommand {
  Submission submission;
  std::chrono::steady_clock::time_point since;
};

/// What waits for the committer: a bounded queue per platform, the platforms served in turn, so that one platform's
/// flood is its own. Any thread may push; one thread takes.
class CommandQueue {
 public:
  explicit CommandQueue(std::size_t per_platform_max) : per_platform_max_(per_platform_max) {}

  enum class Pushed { accepted, full, closed };
  /// Takes the command over only when it is accepted.
  Pushed push(WaitingCommand& command);
  /// What waits now, one of each platform in turn, `most` at most. Blocks while nothing waits; empty only when the
  /// queue is closed and drained.
  std::vector<WaitingCommand> take(std::size_t most);
  /// The same without blocking.
  std::vector<WaitingCommand> take_waiting(std::size_t most);
  /// From now on nothing is accepted.
  void close();

 private:
  std::vector<WaitingCommand> take_locked(std::size_t most);

  const std::size_t per_platform_max_;
  std::mutex mutex_;
  std::condition_variable something_waits_;
  std::unordered_map<PlatformId, std::deque<WaitingCommand>> waiting_;  ///< no empty queues
  std::deque<PlatformId> turns_;                                        ///< each platform of `waiting_` once
  bool closed_ = false;
};

}  // namespace annals
