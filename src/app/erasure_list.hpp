#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "core/ids.hpp"
#include "projections/view_rows.hpp"

namespace annals {

/// The file `erasures` in the data directory: who was erased, for older copies of the data to be brought up to. One
/// line of JSON an erasure, platform by platform in the order of the log, nothing personal:
/// {"platform", "person", "slot", "position", "erased_at"}, and where there were records about the person "records":
/// [{"stream", "slot"}]. One thread.
class ErasureList {
 public:
  static constexpr const char* kName = "erasures";

  explicit ErasureList(const std::filesystem::path& directory) : path_(directory / kName) {}

  using Noted = std::set<std::pair<PlatformId, PersonId>>;
  /// Who is on the list, after dropping a last line that was not written to its end. Not where the list stands in the
  /// logs: in a directory that was restored it may be ahead of them. nullopt: the file cannot be read or mended.
  std::optional<Noted> noted();
  /// On the disk when it returns true; else as before.
  bool append(PlatformId platform, std::span<const ErasureRow> erasures);

 private:
  std::filesystem::path path_;
};

}  // namespace annals
