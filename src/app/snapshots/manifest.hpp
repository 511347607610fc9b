#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/snapshots/snapshot_tables.hpp"
#include "core/commit_frame.hpp"
#include "core/time.hpp"
#include "http/snapshots.hpp"

namespace annals {

/// What stands in `manifest.json` beside the files of a snapshot.
struct SnapshotManifest {
  static constexpr std::string_view kFile = "manifest.json";

  struct File {
    std::string name;
    std::uint64_t bytes = 0;
    Digest sha256{};
    bool operator==(const File&) const = default;
  };

  SnapshotFormat format = SnapshotFormat::sqlite;
  std::uint64_t schema = kSnapshotSchema;
  PlatformId platform;
  std::string platform_key;
  Head head;                                                  ///< the last commit that the tables show
  Timestamp recorded_at;                                      ///< of that commit
  Timestamp created_at;                                       ///< of the snapshot
  std::string program;                                        ///< the version that wrote it
  std::vector<std::pair<std::string, std::uint64_t>> counts;  ///< rows by table
  std::vector<File> files;
  bool operator==(const SnapshotManifest&) const = default;

  std::string json() const;
  /// The error is a sentence's end.
  static std::expected<SnapshotManifest, std::string> parse(std::string_view json);
};

/// Reads the manifest in the directory. The error is a sentence.
std::expected<SnapshotManifest, std::string> read_manifest(const std::filesystem::path& directory);

/// Name, length and SHA-256 of a file in the directory. Throws std::runtime_error when it cannot be read.
SnapshotManifest::File describe_file(const std::filesystem::path& directory, const std::string& name);

}  // namespace annals
