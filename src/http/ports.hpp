#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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
  virtual std::optional<std::string> of(PlatformId platform, DealId deal) const = 0;
  /// Everything that is kept of a person, one JSON object; nullopt: there never was such a person, or it is erased.
  virtual std::optional<std::string> bundle_of(PlatformId platform, PersonId person, Timestamp now) const = 0;

  /// Where the invitations were issued that went with an erasure at that position, ascending.
  virtual std::vector<Position> invitations_erased_at(PlatformId platform, Position erasure) const = 0;

  /// The last moment at or before; what is ahead of what is served means the newest that is.
  virtual Moment moment(PlatformId platform, Position position) const = 0;
  virtual Moment moment(PlatformId platform, Timestamp at) const = 0;
  /// The records as they stood at a moment's position of their platform's log. A record costs its own events, the first
  /// list of a position all events up to there. Problems of lists: queue_full while those of another moment are being
  /// put together, store_unavailable.
  virtual std::shared_ptr<const RecordQueries> records_as_of(Position position) const = 0;
};

/// Which events are wanted; an empty list: any.
struct EventFilter {
  std::vector<std::string> types;
  std::vector<std::string> streams;
};

/// How far one reading of the log goes. What is counted in bytes is JSON.
struct EventLimits {
  std::size_t events_max;
  std::size_t commits_max;   ///< looked at, wanted or not
  std::size_t bytes_enough;  ///< it ends behind the commit that reaches this
  std::size_t bytes_max;     ///< and behind the event that reaches this
};

struct ShownEvent {
  Position position;
  std::string_view type;  ///< of static life
  std::string json;       ///< as `annals replay` prints it
};

struct EventsRead {
  std::vector<ShownEvent> events;
  Position seen;  ///< all events up to here were looked at
};

/// Where the log cannot be read on: the first event of a commit that is damaged or that this program does not know.
struct UnreadableEvent {
  Position position;
  std::string why;
};

/// Reads the events of a platform's log. Implementations are thread-safe; reading takes as long as the limits let it.
class EventFeed {
 public:
  virtual ~EventFeed() = default;
  /// The wanted ones behind `after`, none behind `until`. What stands before an unreadable one is given first.
  virtual std::expected<EventsRead, UnreadableEvent> read(PlatformId platform, const EventFilter& filter,
                                                          Position after, Position until,
                                                          const EventLimits& limits) const = 0;
};

/// Decides imports without doing them. Implementations are thread-safe; many rows take long.
class ImportTrials {
 public:
  virtual ~ImportTrials() = default;
  /// What would become of all rows, each seeing those before it.
  virtual RecordsImported of(const Caller& caller, std::span<const ImportRecords> commands,
                             Existing existing) const = 0;
};

/// How a rebuild of the views beside the live ones stands, or how the last one ended.
struct RebuildState {
  enum class Phase { idle, running, done, failed };
  struct Reached {
    std::string platform_key;
    Position position;  ///< that the new views hold
    Position head;      ///< of the log
  };
  struct Failure {
    std::string why;
    bool undecodable = false;                 ///< the commit at `position` is whole, but cannot be understood
    std::optional<std::string> platform_key;  ///< where, when the log is at fault
    std::optional<Position> position;
  };
  Phase phase = Phase::idle;
  Timestamp started_at;   ///< unless idle
  Timestamp finished_at;  ///< when done or failed
  std::uint64_t events_done = 0;
  std::uint64_t events_total = 0;
  std::vector<Reached> positions;  ///< looked up now and then
  std::optional<Failure> failure;
};

/// Rebuilds the views without stopping. Implementations are thread-safe.
class Rebuilds {
 public:
  virtual ~Rebuilds() = default;
  /// Begins one; the error is how the one that runs stands.
  virtual std::expected<RebuildState, RebuildState> start() = 0;
  virtual RebuildState state() const = 0;
};

/// What /readyz says.
class Readiness {
 public:
  virtual ~Readiness() = default;
  virtual std::optional<std::string> not_ready_reason() const = 0;  ///< nullopt: ready
  virtual bool writes_available() const = 0;
};

}  // namespace annals
