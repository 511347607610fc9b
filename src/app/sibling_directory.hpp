#pragma once

#include <filesystem>
#include <string_view>

namespace annals {

/// A directory that is filled beside the place that it is to have, so that one rename puts it there whole; for its
/// owner only, and removed unless it was put there. Throws std::system_error when the disk refuses.
class SiblingDirectory {
 public:
  /// `<target>.<doing>-XXXXXX`; the folder that both stand in is made when it is missing.
  SiblingDirectory(const std::filesystem::path& target, std::string_view doing);
  ~SiblingDirectory();
  SiblingDirectory(const SiblingDirectory&) = delete;
  SiblingDirectory& operator=(const SiblingDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Replaces an empty directory, and nothing else; durable when it returns.
  void take_its_place();

 private:
  std::filesystem::path target_;
  std::filesystem::path path_;
};

/// Makes the bytes of a file, or the names in a directory, durable. Throws std::system_error.
void sync_to_disk(const std::filesystem::path& path);

}  // namespace annals
