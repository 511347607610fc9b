#include "app/snapshots/snapshot_writer.hpp"

#include "app/snapshots/sqlite_writer.hpp"
#include "app/snapshots/text_writers.hpp"

namespace annals {

std::unique_ptr<SnapshotWriter> make_snapshot_writer(SnapshotFormat format, const std::filesystem::path& directory) {
  switch (format) {
    case SnapshotFormat::sqlite:
      return make_sqlite_writer(directory);
    case SnapshotFormat::ndjson:
      return make_ndjson_writer(directory);
    case SnapshotFormat::csv:
      return make_csv_writer(directory);
  }
  return nullptr;
}

}  // namespace annals
