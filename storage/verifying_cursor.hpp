#pragma once

#include <exception>
#include <optional>
#include <vector>

#include "core/ahead.hpp"
#include "storage/engine_gate.hpp"
#include "storage/heads_file.hpp"
#include "storage/log_scan.hpp"
#include "storage/quarantine.hpp"

namespace annals {

/// RocksDB would not say what there is.
struct ReadFailure : std::runtime_error {
  explicit ReadFailure(const rocksdb::Status& s) : std::runtime_error(s.ToString()), status(s) {}
  rocksdb::Status status;
};

/// Verifies what a LogScan finds: the bytes' hash and the chain. A long reading finds on one thread and verifies on the
/// caller's.
class VerifyingCursor : public CommitCursor {
 public:
  /// The engine outlives the cursor. Throws LogDamage.
  VerifyingCursor(const Engine& engine, PlatformId platform, Position from, const LogExtent& extent);
  std::optional<CommitRecord> next() override;

 private:
  using Batch = std::vector<FoundCommit>;
  std::optional<FoundCommit> find_next();
  std::optional<Batch> find_batch();
  CommitRecord verified(FoundCommit found);

  PlatformId platform_;
  std::optional<Head> noted_;
  LogScan scan_;
  std::optional<Digest> previous_;  ///< nullopt: the first one read, whose predecessor is not looked at
  std::size_t read_alone_ = 0;
  Batch batch_;
  std::size_t taken_ = 0;  ///< of `batch_`
  std::exception_ptr ahead_failure_;
  std::optional<Ahead<Batch>> ahead_;  ///< last: its thread uses the scan
};

/// A cursor that holds the engine, and knows what is in quarantine.
class PinnedCursor : public CommitCursor {
 public:
  PinnedCursor(EngineGate::Pin pin, const Quarantine& quarantine, PlatformId platform, Position from,
               const LogExtent& extent)
      : pin_(std::move(pin)), quarantine_(quarantine), cursor_(*pin_, platform, from, extent) {}
  std::optional<CommitRecord> next() override {
    auto record = cursor_.next();
    if (record) record->quarantined = quarantine_.holds(*record);
    return record;
  }

 private:
  EngineGate::Pin pin_;
  const Quarantine& quarantine_;
  VerifyingCursor cursor_;
};

/// The heads of all platforms that have a commit, by seeking from platform to platform. Throws LogDamage and
/// ReadFailure.
Heads read_heads(const Engine& engine);

/// The first commit, platform after platform, that cannot be read or does not verify, or is missing before the noted
/// head. Reads everything. Throws LogUnreadable.
std::optional<LogDamage> find_damage(const Engine& engine, const Heads& noted);

}  // namespace annals
