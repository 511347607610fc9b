#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

namespace annals {

/// A directory under the system's temporary one, for its owner only, removed with everything in it at the end.
class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::error_code error;
    auto name = (std::filesystem::temp_directory_path(error) / "annals-XXXXXX").string();
    if (!error && ::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  /// Empty when none could be made.
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace annals
