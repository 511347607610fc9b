#include "http/snapshots.hpp"

namespace annals {

std::string_view name_of(SnapshotFormat format) {
  switch (format) {
    case SnapshotFormat::sqlite:
      return "sqlite";
    case SnapshotFormat::ndjson:
      return "ndjson";
    case SnapshotFormat::csv:
      return "csv";
  }
  return {};
}

}  // namespace annals
