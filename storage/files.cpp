#include "storage/files.hpp"

#include <memory>
#include <system_error>

namespace annals {

rocksdb::Status Files::read(std::string_view name, std::string& bytes) const {
  return rocksdb::ReadFileToString(&env_, path(name), &bytes);
}

rocksdb::Status Files::replace(std::string_view name, std::string_view bytes) const {
  const auto target = path(name);
  const auto fresh = target + ".new";
  std::unique_ptr<rocksdb::WritableFile> file;
  auto status = env_.NewWritableFile(fresh, &file, rocksdb::EnvOptions());
  if (!status.ok()) return status;
  // Before the bytes: a secret must not be readable by others even for a moment.
  std::error_code ignored;
  std::filesystem::permissions(fresh, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write,
                               ignored);
  status = file->Append(rocksdb::Slice(bytes.data(), bytes.size()));
  if (status.ok()) status = file->Sync();
  const auto closed = file->Close();
  if (status.ok()) status = closed;
  if (status.ok()) status = env_.RenameFile(fresh, target);
  if (!status.ok()) {
    static_cast<void>(env_.DeleteFile(fresh));  // a full disk is not to be filled further
    return status;
  }
  return sync_directory(std::filesystem::path(name).parent_path().string());
}

rocksdb::Status Files::make_directory(std::string_view name) const {
  const auto status = env_.CreateDirIfMissing(path(name));
  return status.ok() ? sync_directory({}) : status;
}

rocksdb::Status Files::sync_directory(std::string_view name) const {
  std::unique_ptr<rocksdb::Directory> directory;
  const auto status = env_.NewDirectory(name.empty() ? directory_.string() : path(name), &directory);
  return status.ok() ? directory->Fsync() : status;
}

}  // namespace annals
