#pragma once

#include <expected>
#include <filesystem>
#include <memory>

#include "storage/files.hpp"
#include "storage/store.hpp"

namespace annals {

/// Held for as long as a program may write into the directory.
class DirectoryLock {
 public:
  static constexpr std::string_view kName = "annals.lock";
  static std::expected<std::unique_ptr<DirectoryLock>, StoreProblem> take(const Files& files);
  ~DirectoryLock() { static_cast<void>(files_.env().UnlockFile(lock_)); }
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  DirectoryLock(const Files& files, rocksdb::FileLock* lock) : files_(files), lock_(lock) {}
  const Files& files_;
  rocksdb::FileLock* lock_;
};

/// Stands in a directory that a restore is still filling: nothing else opens it.
inline constexpr std::string_view kUnfinishedRestoreFile = "restore.unfinished";

/// Makes the directory when it is missing; refuses one that holds something else, or what a restore left unfinished
/// unless that restore asks.
std::expected<void, StoreProblem> make_directory(const Files& files, bool restoring);
/// That there is a directory of ours.
std::expected<void, StoreProblem> require_data(const Files& files);
StoreProblem nothing_there(const Files& files);

/// A directory of its own under the system's temporary one, for its owner only; empty when none can be made.
std::filesystem::path make_scratch_directory();

}  // namespace annals
