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
/// flood is its own. While several platforms send commands, none gets more than a few of its own into one taking: who
/// comes alone waits for the end of what was taken before. Any thread may push; one thread at a time takes.
class CommandQueue {
 public:
  /// `share_max`: how many of one platform are taken at once while the queue is shared.
  CommandQueue(std::size_t per_platform_max, std::size_t share_max)
      : per_platform_max_(per_platform_max), share_max_(share_max) {}

  enum class Pushed { accepted, full, closed };
  /// Takes the command over only when it is accepted.
  Pushed push(WaitingCommand& command);
  /// What waits now, one of each platform in turn, `most` at most. Blocks while nothing waits, unless `wake` was called
  /// since it returned last: then it may be empty. nullopt: the queue is closed and drained.
  std::optional<std::vector<WaitingCommand>> take(std::size_t most);
  /// The same without blocking.
  std::vector<WaitingCommand> take_waiting(std::size_t most);
  /// Commands that were taken last and not begun, in their order: the next to be taken of their platforms.
  void put_back(std::vector<WaitingCommand> commands);
  /// Whether commands of several platforms came within the last second of commands.
  bool shared() const;
  /// Lets `take` return, now or when it is called next.
  void wake();
  /// From now on nothing is accepted.
  void close();

 private:
  std::vector<WaitingCommand> take_locked(std::size_t most);
  WaitingCommand take_next();
  bool shared_locked() const;

  const std::size_t per_platform_max_;
  const std::size_t share_max_;
  mutable std::mutex mutex_;
  std::condition_variable something_waits_;
  std::unordered_map<PlatformId, std::deque<WaitingCommand>> waiting_;  ///< no empty queues
  std::deque<PlatformId> turns_;                                        ///< each platform of `waiting_` once
  PlatformId last_platform_;                                            ///< of the command that came last
  std::chrono::steady_clock::time_point last_came_;
  std::optional<std::chrono::steady_clock::time_point> last_change_;  ///< when one of another platform than before came
  bool closed_ = false;
  bool woken_ = false;
};

}  // namespace annals
