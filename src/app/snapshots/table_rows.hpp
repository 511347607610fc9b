#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "app/snapshots/snapshot_writer.hpp"
#include "storage/byte_store.hpp"

namespace annals {

/// Rows by table, in the order of snapshot_tables().
using RowCounts = std::vector<std::uint64_t>;

/// Called now and then with how many persons and organizations were passed, of how many that there ever were. What it
/// throws ends the writing.
using SnapshotProgress = std::function<void(std::uint64_t done, std::uint64_t of)>;

/// Hands every row of a platform to the writer. `views` hold one state of it, and the users of the system platform.
RowCounts write_tables(const ViewReader& views, PlatformId platform, SnapshotWriter& writer,
                       const SnapshotProgress& progress);

}  // namespace annals
