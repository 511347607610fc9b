#pragma once

#include "app/snapshots/snapshot_writer.hpp"

namespace annals {

/// `<table>.ndjson` each: a row is one JSON object on a line, with a member for each column.
std::unique_ptr<SnapshotWriter> make_ndjson_writer(const std::filesystem::path& directory);

/// `<table>.csv` each (RFC 4180): the first record names the columns, booleans are `true` and `false`, null is an empty
/// field, an empty text a quoted one.
std::unique_ptr<SnapshotWriter> make_csv_writer(const std::filesystem::path& directory);

}  // namespace annals
