#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"

namespace annals {

enum class SnapshotFormat : std::uint8_t { sqlite, ndjson, csv };
std::string_view name_of(SnapshotFormat format);

/// A stored snapshot as JSON: `position`, `state` (`building`, `ready`, `failed`) and `format`, with `reason` when it
/// failed, and with the members of its manifest when it is ready.
struct ShownSnapshot {
  Position position;
  SnapshotFormat format = SnapshotFormat::sqlite;
  bool ready = false;
  std::string json;
};

struct SnapshotRefusal {
  enum class Why {
    no_such_state,  ///< the log has no commit at or before the position that was asked for, or none as late
    not_found,
    conflict,  ///< what is stored stands in the way
    busy,      ///< later it would be done
    stopping,
  } why;
  std::string sentence = {};  ///< for the caller; only of the first and of a conflict
};
template <class T>
using SnapshotResult = std::expected<T, SnapshotRefusal>;

/// The stored snapshots of every platform, at most one for each position of its log. Implementations are thread-safe;
/// all of it may take as long as the disk does.
class Snapshots {
 public:
  virtual ~Snapshots() = default;
  /// The highest position first.
  virtual std::vector<ShownSnapshot> list(PlatformId platform) const = 0;
  virtual std::optional<ShownSnapshot> find(PlatformId platform, Position position) const = 0;
  /// Begins to build one of the state behind the last whole commit at or before `at` (nullopt: of the state as it is),
  /// unless there is that one already. Conflicts: one in another format, and as many as are kept.
  virtual SnapshotResult<ShownSnapshot> create(PlatformId platform, std::string_view platform_key,
                                               SnapshotFormat format, std::optional<Position> at) = 0;
  /// Also one that is being built. False: there is none.
  virtual bool remove(PlatformId platform, Position position) = 0;
  /// A file that the manifest of a ready one lists; nullopt: there is none.
  virtual std::optional<std::filesystem::path> file(PlatformId platform, Position position,
                                                    std::string_view name) const = 0;
  /// What is different at `to`, as JSON: counts for each table, and the first `changes_max` changes, fewer when they
  /// are large. Conflict: one is not ready, or not in SQLite.
  virtual SnapshotResult<std::string> diff(PlatformId platform, Position from, Position to,
                                           std::size_t changes_max) const = 0;
};

}  // namespace annals
