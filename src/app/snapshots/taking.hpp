#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "app/snapshots/manifest.hpp"
#include "app/snapshots/table_rows.hpp"
#include "projections/rebuild.hpp"
#include "storage/store.hpp"

/// Snapshots of one platform, made from the views of one position of its log. Written into a directory that is the
/// caller's to throw away when one of these throws: LogDamage, std::system_error, std::runtime_error.
namespace annals {

struct SnapshotOrder {
  PlatformId platform;
  std::string platform_key;
  SnapshotFormat format = SnapshotFormat::sqlite;
  Timestamp now;
  std::string program;
};

/// The end of the last whole commit at or before `at`. The error is a sentence: the log has none.
std::expected<Position, std::string> whole_position(Store& store, PlatformId platform, Position at);

/// The state that `views` are frozen in: tables and manifest, on the disk when it returns.
SnapshotManifest take_snapshot(Store& store, const SnapshotOrder& order, const ViewReader& views,
                               const std::filesystem::path& directory, const SnapshotProgress& progress);

struct PastProgress {
  RebuildProgress rebuilding;
  SnapshotProgress writing;
};
/// The state behind the last whole commit at or before `at`, which `whole_position` knows. Its views are filled in the
/// directory and removed again.
SnapshotManifest take_past_snapshot(Store& store, const SnapshotOrder& order, Position at,
                                    const std::filesystem::path& directory, const PastProgress& progress);

}  // namespace annals
