#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace annals::test {

enum class Fault {
  error_once,         ///< any operation: an I/O error
  full_until_healed,  ///< no space for writing, for making files and for enlarging them
  short_write_once,   ///< half of the bytes are written, then no space
  lost_sync_once,     ///< the sync fails and what was written since the last one is gone
  power_cut,          ///< from then on nothing works, and what was not synced is gone
};

/// A file system over the real one, whose syncs cost nothing, that fails the Nth of the operations that a fault
/// concerns.
class FaultFileSystem : public rocksdb::FileSystemWrapper {
 public:
  FaultFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "FaultFileSystem"; }

  void arm(Fault fault, long nth);
  void heal();
  bool struck() const { return struck_; }
  bool power_is_cut() const { return fault_ == Fault::power_cut && struck_; }
  void heal_if_full() {
    if (fault_ == Fault::full_until_healed) heal();
  }
  /// When nobody has a file open any more.
  void drop_unsynced_if_cut();

  enum class Kind { read, write, sync, name };
  /// Counts the operation; not ok when it is to fail.
  rocksdb::IOStatus pass(Kind kind);
  bool strikes_short() const { return fault_ == Fault::short_write_once; }
  void wrote(const std::string& path, std::uint64_t size);
  void synced(const std::string& path);
  void lose_unsynced(const std::string& path);

  using Options = rocksdb::FileOptions;
  using IO = rocksdb::IOOptions;
  using Debug = rocksdb::IODebugContext;
  rocksdb::IOStatus NewSequentialFile(const std::string& path, const Options& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file, Debug* debug) override;
  rocksdb::IOStatus NewRandomAccessFile(const std::string& path, const Options& options,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* file, Debug* debug) override;
  rocksdb::IOStatus NewWritableFile(const std::string& path, const Options& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file, Debug* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& path, const Options& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file, Debug* debug) override;
  rocksdb::IOStatus NewRandomRWFile(const std::string& path, const Options& options,
                                    std::unique_ptr<rocksdb::FSRandomRWFile>* file, Debug* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& path, const IO& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory, Debug* debug) override;
  rocksdb::IOStatus FileExists(const std::string& path, const IO& options, Debug* debug) override;
  rocksdb::IOStatus GetChildren(const std::string& path, const IO& options, std::vector<std::string>* names,
                                Debug* debug) override;
  rocksdb::IOStatus GetFileSize(const std::string& path, const IO& options, std::uint64_t* size, Debug* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const IO& options, Debug* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const IO& options,
                               Debug* debug) override;
  rocksdb::IOStatus CreateDirIfMissing(const std::string& path, const IO& options, Debug* debug) override;
  rocksdb::IOStatus LockFile(const std::string& path, const IO& options, rocksdb::FileLock** lock,
                             Debug* debug) override;

 private:
  bool concerned(Kind kind) const;

  std::atomic<Fault> fault_{Fault::error_once};
  std::atomic<long> left_{-1};  ///< operations before the one that fails; below 0: none does
  std::atomic<bool> struck_{false};
  std::atomic<bool> failing_{false};
  std::mutex mutex_;
  struct Sizes {
    std::uint64_t written = 0;
    std::uint64_t synced = 0;
  };
  std::map<std::string, Sizes> sizes_;
};

}  // namespace annals::test
