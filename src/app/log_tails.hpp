#pragma once

#include <unordered_map>

#include "core/commit_frame.hpp"
#include "core/time.hpp"
#include "storage/store.hpp"

namespace annals {

/// Where a platform's log ends.
struct LogTail {
  Head head;
  Timestamp last_recorded_at;  ///< of its last event

  /// The time of the next event: the clock's, but always behind the last.
  Timestamp next_time(Timestamp clock) const;
};

/// The ends of the platforms' logs as the commits drafted so far leave them; read from the store when first asked for.
class LogTails {
 public:
  explicit LogTails(Store& store) : store_(store) {}
  LogTail& of(PlatformId platform);
  /// Drafts have been discarded: what the log says counts again.
  void forget() { tails_.clear(); }

 private:
  Store& store_;
  std::unordered_map<PlatformId, LogTail> tails_;
};

}  // namespace annals
