#pragma once

#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/commit_frame.hpp"

namespace annals {

class ViewOverlay;

/// A commit as it stands on disk. `hash` is SHA-256 of `bytes`, which begin with a CommitFrame.
struct CommitRecord {
  CommitFrame frame;
  std::string bytes;
  Digest hash{};
  bool quarantined = false;  ///< by the operator's word its events are passed over: they cannot be decoded
};

enum class AppendStatus {
  appended,     ///< durable as far as the configured durability goes
  conflict,     ///< somebody else appended first; `head` says where the log ends now; nothing was written
  unknown,      ///< it may or may not be found later; nothing more may be acknowledged before `Store::reopen`
  unavailable,  ///< nothing was written
};

/// Commits for one platform, chained on `expected`.
struct PlatformAppend {
  PlatformId platform;
  Head expected;
  std::vector<CommitRecord> commits;
};

/// A commit that cannot be read or does not verify, or, as an UndecodableCommit, says what nobody here understands.
struct LogDamage : std::runtime_error {
  LogDamage(PlatformId where, Position first, const std::string& reason)
      : std::runtime_error("commit at position " + std::to_string(first.value) + ": " + reason),
        platform(where),
        position(first),
        why(reason) {}
  PlatformId platform;
  Position position;  ///< of the first event of the first commit that is bad
  std::string why;
};

/// A commit that verifies, bytes and chain, and holds an event that cannot be decoded, at `position`. Thrown by whoever
/// decodes.
struct UndecodableCommit : LogDamage {
  using LogDamage::LogDamage;
};

/// One platform's commits in order. Verifies as it goes: gapless positions, the chain, the stored hash.
class CommitCursor {
 public:
  virtual ~CommitCursor() = default;
  /// nullopt at the end of the log. Throws LogDamage.
  virtual std::optional<CommitRecord> next() = 0;
};

/// One log per platform, each a chain of commits. The engine behind it decides the order; nothing above may assume that
/// it wrote the commit it reads.
class CommitLog {
 public:
  virtual ~CommitLog() = default;
  /// All or nothing for the whole group, and with it what `views` holds (an engine that keeps the log elsewhere writes
  /// `views` once the append is known). `views` stays as it is, so that others may read it meanwhile. One sync. One
  /// thread at a time.
  virtual AppendStatus append(std::span<const PlatformAppend> group, const ViewOverlay& views) = 0;
  /// Those that have a commit, or had one when the heads were noted last; in the order of their ids.
  virtual std::vector<PlatformId> platforms() const = 0;
  virtual Head head(PlatformId platform) const = 0;
  /// From the commit that holds position `from`. With `from` above 1 the chain is verified from that commit on.
  virtual std::unique_ptr<CommitCursor> read(PlatformId platform, Position from) const = 0;
};

}  // namespace annals
