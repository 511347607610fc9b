#include "app/sibling_directory.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace annals {

namespace fs = std::filesystem;

SiblingDirectory::SiblingDirectory(const fs::path& target, std::string_view doing)
    : target_((fs::absolute(target) / "").lexically_normal().parent_path()) {
  fs::create_directories(target_.parent_path());
  auto name = target_.string().append(".").append(doing).append("-XXXXXX");
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), target_.parent_path().string());
  }
  path_ = name;
}

SiblingDirectory::~SiblingDirectory() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

void SiblingDirectory::take_its_place() {
  sync_to_disk(path_);
  fs::rename(path_, target_);  // replaces an empty directory
  path_.clear();
  sync_to_disk(target_.parent_path());
}

void sync_to_disk(const fs::path& path) {
  const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = handle >= 0 && ::fsync(handle) == 0;
  const int why = errno;
  if (handle >= 0) ::close(handle);
  if (!synced) throw std::system_error(why, std::generic_category(), path.string());
}

}  // namespace annals
