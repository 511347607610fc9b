#pragma once

#include <optional>

#include "core/sealing.hpp"
#include "core/time.hpp"
#include "events/commit.hpp"
#include "storage/commit_log.hpp"

/// Events read from the log by their positions.
namespace annals {

/// Reads commits one by one; positions of one commit after the other cost one reading. Throws LogDamage.
class EventReader {
 public:
  /// Does not own its arguments.
  EventReader(const CommitLog& log, const Sealer& sealer, PlatformId platform)
      : log_(log), sealer_(sealer), platform_(platform) {}

  /// The commit that holds the position; good until the next call.
  const Commit& commit_at(Position position);
  /// Of the last event of that commit. One in quarantine was recorded when the one before it was.
  Timestamp recorded_at(Position position);
  /// The event's index in `commit_at(position)`.
  std::size_t index_of(Position position) const { return position.value - commit_.header.frame.first.value; }
  const Digest& hash() const { return hash_; }  ///< of the commit read last

 private:
  const CommitLog& log_;
  const Sealer& sealer_;
  PlatformId platform_;
  Commit commit_;
  Digest hash_{};
};

/// The end of the last commit that ends at or before `position`; 0: none.
Position whole_commits_until(const CommitLog& log, PlatformId platform, Position position);
/// The end of the last commit whose events were all recorded at or before `at`; 0: none. Some twenty commits are read.
Position whole_commits_until(const CommitLog& log, const Sealer& sealer, PlatformId platform, Timestamp at);

}  // namespace annals
