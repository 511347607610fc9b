#pragma once

#include <filesystem>

#include "storage/data_directory.hpp"

namespace annals {

/// A directory under the system's temporary one, for its owner only, removed with everything in it at the end.
class ScratchDirectory {
 public:
  ScratchDirectory() = default;
  ~ScratchDirectory() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  /// Empty when none could be made.
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_ = make_scratch_directory();
};

}  // namespace annals
