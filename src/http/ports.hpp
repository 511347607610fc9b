#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "commands/command.hpp"
#include "commands/decide.hpp"
#include "core/access.hpp"
#include "core/outcome.hpp"
#include "core/problem.hpp"
#include "core/signed_head.hpp"
#include "projections/queries.hpp"

namespace annals {

/// A command on its way to the committer.
struct Submission {
  PlatformId platform;  ///< whose log it goes to; kSystemPlatform for users and the list of platforms
  Command command;
  Caller caller;
  std::optional<Precondition> precondition;
  struct Idempotency {
    Digest key{};
    Digest request{};
  };
  std::optional<Idempotency> idempotency;
  CorrelationId correlation;
  /// Decides and answers what it would do, and leaves nothing behind.
  bool dry_run = false;
  /// Called once, on a thread of the committer's, after the sync (or at once when it is not taken). Must be quick.
  std::move_only_function<void(Result<Answer>)> done;
};

/// Where HTTP hands commands over. Implemented by the committer.
class CommandPort {
 public:
  virtual ~CommandPort() = default;
  /// Any thread; never blocks. `done` may be called before it returns (queue_full, stopping, store_unavailable).
  virtual void submit(Submission submission) = 0;
};

/// Says what stands in the logs, for auditors. Implementations are thread-safe.
class Notary {
 public:
  virtual ~Notary() = default;
  /// Where the platform's log ends, as far as it is durable.
  virtual SignedHead sign(PlatformId platform, std::string_view platform_key, Timestamp now) const = 0;
  /// Of the commit that the event at this position is in. Throws LogDamage when the log has none.
  virtual Digest hash_at(PlatformId platform, Position position) const = 0;
};

/// A moment of a platform's past: behind a whole commit.
struct Moment {
  Position position;  ///< of the commit's last event; 0: nothing has happened yet
  Timestamp at;       ///< when that was recorded
};

/// Reads records' pasts from the log. Implementations are thread-safe; long pasts take long. What was erased since
/// reads as erased.
class Histories {
 public:
  virtual ~Histories() = default;
  /// One JSON array, newest first; nullopt: there never was such a record.
  virtual std::optional<std::string> of(PlatformId platform, PersonId person) const = 0;
  virtual std::optional<std::string> of(PlatformId platform, OrganizationId organization) const = 0;

  /// The last moment at or before; what is ahead of what is served means the newest that is.
  virtual Moment moment(PlatformId platform, Position position) const = 0;
  virtual Moment moment(PlatformId platform, Timestamp at) const = 0;
  /// The records as they stood at a moment's position of their platform's log. A record costs its own events, the first
  /// list of a position all events up to there. Problems of lists: queue_full while those of another moment are being
  /// put together, store_unavailable.
  virtual std::shared_ptr<const RecordQueries> records_as_of(Position position) const = 0;
};

/// What /readyz says.
class Readiness {
 public:
  virtual ~Readiness() = default;
  virtual std::optional<std::string> not_ready_reason() const = 0;  ///< nullopt: ready
  virtual bool writes_available() const = 0;
};

}  // namespace annals
