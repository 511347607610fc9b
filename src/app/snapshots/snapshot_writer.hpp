#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/snapshots/snapshot_tables.hpp"
#include "http/snapshots.hpp"

namespace annals {

/// Writes rows into the files of a snapshot, a row at a time: the memory taken does not grow with their number. What it
/// cannot write it throws as std::runtime_error; the files are then good for nothing.
class SnapshotWriter {
 public:
  virtual ~SnapshotWriter() = default;
  /// As many cells as the table has columns. Rows of several tables may take turns.
  virtual void add(TableId table, const SnapshotRow& row) = 0;
  /// Everything is with the operating system; nothing may be added after it.
  virtual void finish() = 0;
  /// In `directory`, in the order in which they were made.
  virtual std::vector<std::string> files() const = 0;
};

/// Makes its files in `directory`, which holds none of them yet.
std::unique_ptr<SnapshotWriter> make_snapshot_writer(SnapshotFormat format, const std::filesystem::path& directory);

/// The file of a SQLite snapshot.
inline constexpr std::string_view kSnapshotDatabase = "annals.db";

}  // namespace annals
