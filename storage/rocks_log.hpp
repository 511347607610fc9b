#pragma once

#include <rocksdb/write_batch.h>

#include <atomic>
#include <shared_mutex>

#include "storage/engine_gate.hpp"
#include "storage/heads_file.hpp"
#include "storage/quarantine.hpp"

namespace annals {

/// The logs in the column family `log`. The heads are kept in memory, so that an append reads nothing.
class RocksLog : public CommitLog {
 public:
  RocksLog(EngineGate& gate, Durability durability) : gate_(gate), durability_(durability) {}

  AppendStatus append(std::span<const PlatformAppend> group, const ViewOverlay& views) override;
  std::vector<PlatformId> platforms() const override;
  Head head(PlatformId platform) const override;
  std::unique_ptr<CommitCursor> read(PlatformId platform, Position from) const override;

  Heads heads() const;
  /// As found on opening; `noted` are those that reading must reach, where it may be in doubt.
  void begin(Heads heads, Heads noted);

  /// Those of its records say so. Before anything reads.
  void pass_over(Quarantine quarantine) { quarantine_ = std::move(quarantine); }
  const Quarantine& quarantine() const { return quarantine_; }

  /// Nothing is written any more until `resume`.
  void refuse() { refuses_ = true; }
  void resume(Heads heads);
  const std::atomic<bool>& refuses() const { return refuses_; }
  /// Makes everything appended so far durable. False, and nothing is written any more, when the disk refuses.
  bool sync();

 private:
  bool follows(std::span<const PlatformAppend> group, Heads& after) const;
  static void add_to(rocksdb::WriteBatch& batch, const PlatformAppend& append, rocksdb::ColumnFamilyHandle* family);

  EngineGate& gate_;
  Durability durability_;
  Quarantine quarantine_;
  std::atomic<bool> refuses_{false};
  mutable std::shared_mutex mutex_;
  Heads heads_;
  Heads noted_;
  rocksdb::WriteBatch batch_;  ///< kept for its memory
};

}  // namespace annals
