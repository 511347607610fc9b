#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/config.hpp"
#include "http/snapshots.hpp"

namespace annals {

struct SnapshotArguments {
  std::string platform = "main";
  std::string out;
  SnapshotFormat format = SnapshotFormat::sqlite;
  std::optional<std::uint64_t> at;  ///< a position; nullopt: the state as it is
};

/// Writes what the views say of a platform at one position into a new directory. Beside a running server or alone. The
/// exit code.
int snapshot(const Config& config, const SnapshotArguments& arguments);

struct SnapshotDiffArguments {
  std::string platform = "main";  ///< of positions
  std::string from;               ///< both are positions of the data directory's log, or both directories
  std::string to;
  bool summary = false;
};

/// Prints as NDJSON what is different between two snapshots, and then a line for each table. The exit code.
int snapshot_diff(const Config& config, const SnapshotDiffArguments& arguments);

}  // namespace annals
