#pragma once

#include <rocksdb/wal_filter.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/commit_frame.hpp"
#include "storage/files.hpp"

namespace annals {

/// Looks on while RocksDB replays its write-ahead log, for what RocksDB itself does not tell: a batch missing between
/// two others, how many bytes of an unfinished write were cut off, and which commit a damaged record held.
class WalWatch : public rocksdb::WalFilter {
 public:
  /// What to do about a batch missing between two others.
  enum class OnGap { refuse, go_on };
  /// Notes the files' sizes, before RocksDB opens them.
  WalWatch(const Files& files, const std::string& database, OnGap on_gap);

  const char* Name() const override { return "annals"; }
  void ColumnFamilyLogNumberMap(const std::map<std::uint32_t, std::uint64_t>& numbers,
                                const std::map<std::string, std::uint32_t>& ids) override;
  WalProcessingOption LogRecordFound(unsigned long long number, const std::string& file,
                                     const rocksdb::WriteBatch& batch, rocksdb::WriteBatch* changed,
                                     bool* is_changed) override;

  /// The first commit replayed, by platform.
  const std::map<PlatformId, Position>& first_replayed() const { return first_replayed_; }
  /// Bytes behind the last whole record, by file.
  std::vector<std::pair<std::string, std::uint64_t>> unfinished() const;

  struct Commit {
    PlatformId platform;
    Position position;
  };
  /// The first commit of the record that stopped the replay, as far as its own bytes can be trusted.
  std::optional<Commit> stopped_at() const;

 private:
  struct File {
    std::string path;
    std::uint64_t size = 0;
    std::uint64_t replayed = 0;  ///< where the last replayed record ends
    bool seen = false;
  };
  static std::uint64_t end_of_record(std::uint64_t offset, std::uint64_t bytes);

  bool continues(const rocksdb::WriteBatch& batch);

  const Files& files_;
  OnGap on_gap_;
  /// Tables that were put into the store past this log took numbers of the sequence: a batch that is missing is then
  /// found by the chains of commits alone.
  bool was_filling_ = false;
  bool past_gap_ = false;  ///< where records end cannot be told any more
  std::map<std::uint64_t, File> wals_;
  std::uint32_t log_family_ = 1;
  std::uint64_t next_sequence_ = 0;
  std::map<PlatformId, Position> first_replayed_;
};

}  // namespace annals
