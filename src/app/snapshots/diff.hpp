#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/snapshots/manifest.hpp"

/// What is different between two snapshots of one platform. Both are in SQLite, which does the comparing; nothing is
/// held in memory but one row.
namespace annals {

struct TableDifference {
  std::string_view table;
  std::uint64_t added = 0;
  std::uint64_t removed = 0;
  std::uint64_t changed = 0;
  bool operator==(const TableDifference&) const = default;
  /// {table, added, removed, changed}
  std::string json() const;
};

/// Gets each change as one JSON object: {table, change: "added"|"removed", key, row} or {table, change: "changed", key,
/// changes: {column: [old, new]}}.
using ChangeSeen = std::function<void(std::string json)>;

/// The manifest in the directory, of a snapshot that can be compared. The error is a sentence.
std::expected<SnapshotManifest, std::string> comparable_snapshot(const std::filesystem::path& directory);

/// Table after table, those without differences too. Throws std::runtime_error with SQLite's words.
std::vector<TableDifference> diff_snapshots(const std::filesystem::path& from, const std::filesystem::path& to,
                                            const ChangeSeen& seen);

}  // namespace annals
