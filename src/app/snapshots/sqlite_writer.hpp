#pragma once

#include "app/snapshots/snapshot_writer.hpp"

namespace annals {

/// One database with a STRICT table each, filled in one transaction; the indexes are made in the end.
std::unique_ptr<SnapshotWriter> make_sqlite_writer(const std::filesystem::path& directory);

}  // namespace annals
