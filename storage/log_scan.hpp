#pragma once

#include <rocksdb/iterator.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/engine.hpp"
#include "storage/log_entry.hpp"

namespace annals {

/// A commit that the disk would not give out now: not its bytes are at fault, as far as can be told.
struct LogUnreadable : LogDamage {
  using LogDamage::LogDamage;
};

/// For a pass over many records: what it reads pushes nothing else out of the cache.
rocksdb::ReadOptions scan_options();

/// Where a reading of one platform's log must get to.
struct LogExtent {
  std::optional<Position> end;  ///< nothing is read behind it, and it must be reached; nullopt: whatever is there
  std::optional<Head> noted;    ///< must be reached, with this hash
};

/// What stands in the log under a commit's key; nothing about it is verified.
struct FoundCommit {
  Position first;
  std::string value;
};

/// Finds one platform's commits in order, from the one that holds `from`. Where RocksDB's iterator stumbles over a
/// damaged block, which may lie ahead in another file, it goes on commit by commit, so that the first one which cannot
/// be read is the one named.
class LogScan {
 public:
  /// The engine outlives the scan. Throws LogDamage.
  LogScan(const Engine& engine, PlatformId platform, Position from, const LogExtent& extent);

  /// nullopt at the end. Throws LogDamage. Behind a value whose frame cannot be read, it gives nothing more.
  std::optional<FoundCommit> next();
  /// Reads the disk in large pieces from now on.
  void read_on();

  Position position() const { return expected_; }  ///< where the next commit must begin
  /// Before the first `next`: the hash of the commit before; nullopt: that one is not looked at.
  const std::optional<Digest>& previous() const { return previous_; }

 private:
  void seek(Position from);
  std::optional<CommitRecord> last_readable_before_or_at(Position from);
  bool reached_end() const { return extent_.end && expected_ > *extent_.end; }
  void require_end() const;
  std::optional<rocksdb::Slice> find_next();
  std::optional<rocksdb::Slice> look_up();
  /// When a damaged block of another table, where this commit might stand too, keeps RocksDB from answering.
  bool find_in_one_table();
  LogKey key_here() const;
  void step_behind(std::string_view value);
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
  Position expected_{1};
  std::optional<Digest> previous_;
  bool advanced_ = false;  ///< the iterator stands on the commit given out last
  bool lost_ = false;      ///< where the next commit begins cannot be told
};

}  // namespace annals
