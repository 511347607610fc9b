#pragma once

#include <rocksdb/iterator.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/engine_gate.hpp"
#include "storage/heads_file.hpp"
#include "storage/log_entry.hpp"

namespace annals {

/// A commit that the disk would not give out now: not its bytes are at fault, as far as can be told.
struct LogUnreadable : LogDamage {
  using LogDamage::LogDamage;
};

/// RocksDB would not say what there is.
struct ReadFailure : std::runtime_error {
  explicit ReadFailure(const rocksdb::Status& s) : std::runtime_error(s.ToString()), status(s) {}
  rocksdb::Status status;
};

/// Where a reading of one platform's log must get to.
struct LogExtent {
  std::optional<Position> end;  ///< nothing is read behind it, and it must be reached; nullopt: whatever is there
  std::optional<Head> noted;    ///< must be reached, with this hash
};

/// Reads from the commit that holds `from`. Where RocksDB's iterator stumbles over a damaged block, which may lie ahead
/// in another file, it goes on commit by commit, so that the first one which cannot be read is the one named.
class VerifyingCursor : public CommitCursor {
 public:
  /// The engine outlives the cursor. Throws LogDamage.
  VerifyingCursor(const Engine& engine, PlatformId platform, Position from, const LogExtent& extent);
  std::optional<CommitRecord> next() override;

 private:
  void seek(Position from);
  std::optional<CommitRecord> last_readable_before_or_at(Position from);
  bool reached_end() const { return extent_.end && expected_ > *extent_.end; }
  std::optional<CommitRecord> at_end() const;
  std::optional<rocksdb::Slice> find_next();
  std::optional<rocksdb::Slice> look_up();
  /// When a damaged block of another table, where this commit might stand too, keeps RocksDB from answering.
  bool find_in_one_table();
  LogKey key_here() const;
  CommitRecord verified(const rocksdb::Slice& value);
  [[noreturn]] void unreadable(const rocksdb::Status& status) const;
  [[noreturn]] void damaged(const std::string& why) const { throw LogDamage(platform_, expected_, why); }

  const Engine& engine_;
  PlatformId platform_;
  LogExtent extent_;
  std::string upper_key_;
  rocksdb::Slice upper_;
  rocksdb::ReadOptions options_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
  rocksdb::Status stumbled_;  ///< not ok: the iterator is of no use any more
  rocksdb::PinnableSlice found_;
  std::vector<rocksdb::LiveFileMetaData> tables_;
  Position expected_{1};            ///< where the next commit must begin
  std::optional<Digest> previous_;  ///< nullopt: the first one read, whose predecessor is not looked at
  bool advanced_ = false;           ///< the iterator stands on the commit given out last
};

/// A cursor that holds the engine.
class PinnedCursor : public CommitCursor {
 public:
  PinnedCursor(EngineGate::Pin pin, PlatformId platform, Position from, const LogExtent& extent)
      : pin_(std::move(pin)), cursor_(*pin_, platform, from, extent) {}
  std::optional<CommitRecord> next() override { return cursor_.next(); }

 private:
  EngineGate::Pin pin_;
  VerifyingCursor cursor_;
};

/// The heads of all platforms that have a commit, by seeking from platform to platform. Throws LogDamage and
/// ReadFailure.
Heads read_heads(const Engine& engine);

/// The first commit, platform after platform, that cannot be read or does not verify, or is missing before the noted
/// head. Reads everything. Throws LogUnreadable.
std::optional<LogDamage> find_damage(const Engine& engine, const Heads& noted);

}  // namespace annals
