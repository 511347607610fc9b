#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "core/ids.hpp"
#include "projections/view_rows.hpp"

namespace annals {

/// The file `erasures` in the data directory: who was erased, for older copies of the data to be brought up to. One
/// line of JSON an erasure, platform by platform in the order of the log, nothing personal:
/// {"platform", "person", "slot", "position", "erased_at"}. One thread.
class ErasureList {
 public:
  static constexpr const char* kName = "erasures";

  explicit ErasureList(const std::filesystem::path& directory) : path_(directory / kName) {}

  /// Where the list stands in each platform's log, after dropping a last line that was not written to its end. nullopt:
  /// the file cannot be read or mended.
  std::optional<std::map<PlatformId, Position>> noted();
  /// On the disk when it returns true; else as before.
  bool append(PlatformId platform, std::span<const ErasureRow> erasures);

 private:
  std::filesystem::path path_;
};

}  // namespace annals
