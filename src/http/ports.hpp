#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "commands/command.hpp"
#include "commands/decide.hpp"
#include "core/access.hpp"
#include "core/outcome.hpp"
#include "core/problem.hpp"
#include "core/signed_head.hpp"

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

/// Reads records' pasts from the log. Implementations are thread-safe; long pasts take long.
class Histories {
 public:
  virtual ~Histories() = default;
  /// One JSON array, newest first; nullopt: there never was such a record.
  virtual std::optional<std::string> of(PlatformId platform, PersonId person) const = 0;
  virtual std::optional<std::string> of(PlatformId platform, OrganizationId organization) const = 0;
  /// Everything that is kept of a person, one JSON object; nullopt: there never was such a person, or it is erased.
  virtual std::optional<std::string> bundle_of(PlatformId platform, PersonId person, Timestamp now) const = 0;
};

/// Decides imports without doing them. Implementations are thread-safe; many rows take long.
class ImportTrials {
 public:
  virtual ~ImportTrials() = default;
  /// What would become of all rows, each seeing those before it.
  virtual RecordsImported of(const Caller& caller, std::span<const ImportRecords> commands,
                             Existing existing) const = 0;
};

/// What /readyz says.
class Readiness {
 public:
  virtual ~Readiness() = default;
  virtual std::optional<std::string> not_ready_reason() const = 0;  ///< nullopt: ready
  virtual bool writes_available() const = 0;
};

}  // namespace annals
