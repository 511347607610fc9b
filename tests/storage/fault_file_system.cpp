#include "storage/fault_file_system.hpp"

#include <algorithm>
#include <filesystem>

namespace annals::test {

using rocksdb::IOStatus;
using Kind = FaultFileSystem::Kind;

namespace {

class FaultWritable : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultWritable(std::unique_ptr<rocksdb::FSWritableFile> file, FaultFileSystem& faults, std::string path)
      : FSWritableFileOwnerWrapper(std::move(file)), faults_(faults), path_(std::move(path)) {}

  IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                  rocksdb::IODebugContext* debug) override {
    const auto passed = faults_.pass(Kind::write);
    if (!passed.ok()) {
      if (faults_.strikes_short()) {
        target()->Append(rocksdb::Slice(data.data(), data.size() / 2), options, debug).PermitUncheckedError();
        target()->Flush(options, debug).PermitUncheckedError();
      }
      return passed;
    }
    auto status = target()->Append(data, options, debug);
    faults_.wrote(path_, target()->GetFileSize(options, debug));
    return status;
  }
  IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options, const rocksdb::DataVerificationInfo&,
                  rocksdb::IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Truncate(std::uint64_t size, const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
    const auto passed = faults_.pass(Kind::write);
    return passed.ok() ? target()->Truncate(size, options, debug) : passed;
  }
  IOStatus Allocate(std::uint64_t offset, std::uint64_t size, const rocksdb::IOOptions& options,
                    rocksdb::IODebugContext* debug) override {
    const auto passed = faults_.pass(Kind::write);
    return passed.ok() ? target()->Allocate(offset, size, options, debug) : passed;
  }
  IOStatus Sync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override { return sync(); }
  IOStatus Fsync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override { return sync(); }
  IOStatus RangeSync(std::uint64_t, std::uint64_t, const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
    return faults_.pass(Kind::sync);
  }
  IOStatus Close(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
    const auto passed = faults_.pass(Kind::write);
    auto status = target()->Close(options, debug);
    return passed.ok() ? status : passed;
  }

 private:
  IOStatus sync() {
    auto passed = faults_.pass(Kind::sync);
    if (passed.ok()) {
      faults_.synced(path_);
    } else {
      faults_.lose_unsynced(path_);
    }
    return passed;
  }
  FaultFileSystem& faults_;
  std::string path_;
};

class FaultRandomRW : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  FaultRandomRW(std::unique_ptr<rocksdb::FSRandomRWFile> file, FaultFileSystem& faults, std::string path)
      : FSRandomRWFileOwnerWrapper(std::move(file)), faults_(faults), path_(std::move(path)) {}
  IOStatus Write(std::uint64_t offset, const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                 rocksdb::IODebugContext* debug) override {
    const auto passed = faults_.pass(Kind::write);
    if (!passed.ok()) {
      if (faults_.strikes_short()) {
        rocksdb::FSRandomRWFileOwnerWrapper::Write(offset, rocksdb::Slice(data.data(), data.size() / 2), options, debug)
            .PermitUncheckedError();
      }
      return passed;
    }
    auto status = rocksdb::FSRandomRWFileOwnerWrapper::Write(offset, data, options, debug);
    faults_.wrote(path_, std::filesystem::file_size(path_));
    return status;
  }
  IOStatus Read(std::uint64_t offset, std::size_t count, const rocksdb::IOOptions& options, rocksdb::Slice* result,
                char* scratch, rocksdb::IODebugContext* debug) const override {
    const auto passed = faults_.pass(Kind::read);
    return passed.ok() ? rocksdb::FSRandomRWFileOwnerWrapper::Read(offset, count, options, result, scratch, debug)
                       : passed;
  }
  IOStatus Sync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override { return sync(); }
  IOStatus Fsync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override { return sync(); }

 private:
  IOStatus sync() {
    auto passed = faults_.pass(Kind::sync);
    if (passed.ok()) {
      faults_.synced(path_);
    } else {
      faults_.lose_unsynced(path_);
    }
    return passed;
  }
  FaultFileSystem& faults_;
  std::string path_;
};

class FaultRandomAccess : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  FaultRandomAccess(std::unique_ptr<rocksdb::FSRandomAccessFile> file, FaultFileSystem& faults)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), faults_(faults) {}
  IOStatus Read(std::uint64_t offset, std::size_t count, const rocksdb::IOOptions& options, rocksdb::Slice* result,
                char* scratch, rocksdb::IODebugContext* debug) const override {
    const auto passed = faults_.pass(Kind::read);
    return passed.ok() ? target()->Read(offset, count, options, result, scratch, debug) : passed;
  }

 private:
  FaultFileSystem& faults_;
};

class FaultSequential : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  FaultSequential(std::unique_ptr<rocksdb::FSSequentialFile> file, FaultFileSystem& faults)
      : FSSequentialFileOwnerWrapper(std::move(file)), faults_(faults) {}
  IOStatus Read(std::size_t count, const rocksdb::IOOptions& options, rocksdb::Slice* result, char* scratch,
                rocksdb::IODebugContext* debug) override {
    const auto passed = faults_.pass(Kind::read);
    return passed.ok() ? target()->Read(count, options, result, scratch, debug) : passed;
  }

 private:
  FaultFileSystem& faults_;
};

class FaultDirectory : public rocksdb::FSDirectory {
 public:
  FaultDirectory(std::unique_ptr<rocksdb::FSDirectory> directory, FaultFileSystem& faults)
      : directory_(std::move(directory)), faults_(faults) {}
  IOStatus Fsync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override { return faults_.pass(Kind::sync); }
  IOStatus FsyncWithDirOptions(const rocksdb::IOOptions&, rocksdb::IODebugContext*,
                               const rocksdb::DirFsyncOptions&) override {
    return faults_.pass(Kind::sync);
  }
  IOStatus Close(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
    return directory_->Close(options, debug);
  }

 private:
  std::unique_ptr<rocksdb::FSDirectory> directory_;
  FaultFileSystem& faults_;
};

}  // namespace

void FaultFileSystem::arm(Fault fault, long nth) {
  fault_ = fault;
  struck_ = failing_ = false;
  left_ = nth;
}

void FaultFileSystem::heal() {
  left_ = -1;
  failing_ = false;
}

bool FaultFileSystem::concerned(Kind kind) const {
  switch (fault_) {
    case Fault::error_once:
      return true;
    case Fault::full_until_healed:
    case Fault::short_write_once:
      return kind == Kind::write;
    case Fault::lost_sync_once:
      return kind == Kind::sync;
    case Fault::power_cut:
      return kind != Kind::read;
  }
  return false;
}

IOStatus FaultFileSystem::pass(Kind kind) {
  if (!concerned(kind)) return fault_ == Fault::power_cut && failing_ ? IOStatus::IOError("no power") : IOStatus::OK();
  if (!failing_) {
    if (left_ < 0 || left_.fetch_sub(1) != 0) return IOStatus::OK();
    struck_ = true;
  }
  switch (fault_) {
    case Fault::error_once:
    case Fault::lost_sync_once:
      return IOStatus::IOError("injected");
    case Fault::short_write_once:
      return IOStatus::NoSpace("injected");
    case Fault::full_until_healed:
      failing_ = true;
      return IOStatus::NoSpace("injected");
    case Fault::power_cut:
      failing_ = true;
      return IOStatus::IOError("no power");
  }
  return IOStatus::OK();
}

void FaultFileSystem::wrote(const std::string& path, std::uint64_t size) {
  const std::lock_guard lock(mutex_);
  sizes_[path].written = size;
}

void FaultFileSystem::synced(const std::string& path) {
  const std::lock_guard lock(mutex_);
  sizes_[path].synced = sizes_[path].written;
}

void FaultFileSystem::lose_unsynced(const std::string& path) {
  if (fault_ != Fault::lost_sync_once) return;
  const std::lock_guard lock(mutex_);
  std::error_code ignored;
  std::filesystem::resize_file(path, std::min<std::uint64_t>(sizes_[path].synced, std::filesystem::file_size(path)),
                               ignored);
}

void FaultFileSystem::drop_unsynced_if_cut() {
  if (!power_is_cut()) return;
  const std::lock_guard lock(mutex_);
  for (const auto& [path, size] : sizes_) {
    std::error_code gone;
    const auto now = std::filesystem::file_size(path, gone);
    if (!gone && now > size.synced) std::filesystem::resize_file(path, size.synced);
  }
}

IOStatus FaultFileSystem::NewSequentialFile(const std::string& path, const Options& options,
                                            std::unique_ptr<rocksdb::FSSequentialFile>* file, Debug* debug) {
  if (auto passed = pass(Kind::read); !passed.ok()) return passed;
  auto status = target()->NewSequentialFile(path, options, file, debug);
  if (status.ok()) *file = std::make_unique<FaultSequential>(std::move(*file), *this);
  return status;
}

IOStatus FaultFileSystem::NewRandomAccessFile(const std::string& path, const Options& options,
                                              std::unique_ptr<rocksdb::FSRandomAccessFile>* file, Debug* debug) {
  if (auto passed = pass(Kind::read); !passed.ok()) return passed;
  auto status = target()->NewRandomAccessFile(path, options, file, debug);
  if (status.ok()) *file = std::make_unique<FaultRandomAccess>(std::move(*file), *this);
  return status;
}

IOStatus FaultFileSystem::NewWritableFile(const std::string& path, const Options& options,
                                          std::unique_ptr<rocksdb::FSWritableFile>* file, Debug* debug) {
  if (auto passed = pass(Kind::write); !passed.ok()) return passed;
  auto status = target()->NewWritableFile(path, options, file, debug);
  if (!status.ok()) return status;
  *file = std::make_unique<FaultWritable>(std::move(*file), *this, path);
  const std::lock_guard lock(mutex_);
  sizes_[path] = {};
  return status;
}

IOStatus FaultFileSystem::ReopenWritableFile(const std::string& path, const Options& options,
                                             std::unique_ptr<rocksdb::FSWritableFile>* file, Debug* debug) {
  if (auto passed = pass(Kind::write); !passed.ok()) return passed;
  auto status = target()->ReopenWritableFile(path, options, file, debug);
  if (status.ok()) *file = std::make_unique<FaultWritable>(std::move(*file), *this, path);
  return status;
}

IOStatus FaultFileSystem::NewRandomRWFile(const std::string& path, const Options& options,
                                          std::unique_ptr<rocksdb::FSRandomRWFile>* file, Debug* debug) {
  if (auto passed = pass(Kind::write); !passed.ok()) return passed;
  auto status = target()->NewRandomRWFile(path, options, file, debug);
  if (status.ok()) *file = std::make_unique<FaultRandomRW>(std::move(*file), *this, path);
  return status;
}

IOStatus FaultFileSystem::NewDirectory(const std::string& path, const IO& options,
                                       std::unique_ptr<rocksdb::FSDirectory>* directory, Debug* debug) {
  if (auto passed = pass(Kind::name); !passed.ok()) return passed;
  auto status = target()->NewDirectory(path, options, directory, debug);
  if (status.ok()) *directory = std::make_unique<FaultDirectory>(std::move(*directory), *this);
  return status;
}

IOStatus FaultFileSystem::FileExists(const std::string& path, const IO& options, Debug* debug) {
  if (auto passed = pass(Kind::read); !passed.ok()) return passed;
  return target()->FileExists(path, options, debug);
}

IOStatus FaultFileSystem::GetChildren(const std::string& path, const IO& options, std::vector<std::string>* names,
                                      Debug* debug) {
  if (auto passed = pass(Kind::read); !passed.ok()) return passed;
  return target()->GetChildren(path, options, names, debug);
}

IOStatus FaultFileSystem::GetFileSize(const std::string& path, const IO& options, std::uint64_t* size, Debug* debug) {
  if (auto passed = pass(Kind::read); !passed.ok()) return passed;
  return target()->GetFileSize(path, options, size, debug);
}

IOStatus FaultFileSystem::DeleteFile(const std::string& path, const IO& options, Debug* debug) {
  if (auto passed = pass(Kind::name); !passed.ok()) return passed;
  return target()->DeleteFile(path, options, debug);
}

IOStatus FaultFileSystem::RenameFile(const std::string& from, const std::string& to, const IO& options, Debug* debug) {
  if (auto passed = pass(Kind::name); !passed.ok()) return passed;
  auto status = target()->RenameFile(from, to, options, debug);
  const std::lock_guard lock(mutex_);
  if (const auto it = sizes_.find(from); status.ok() && it != sizes_.end()) {
    sizes_[to] = it->second;
    sizes_.erase(from);
  }
  return status;
}

IOStatus FaultFileSystem::CreateDirIfMissing(const std::string& path, const IO& options, Debug* debug) {
  if (auto passed = pass(Kind::name); !passed.ok()) return passed;
  return target()->CreateDirIfMissing(path, options, debug);
}

IOStatus FaultFileSystem::LockFile(const std::string& path, const IO& options, rocksdb::FileLock** lock, Debug* debug) {
  if (auto passed = pass(Kind::name); !passed.ok()) return passed;
  return target()->LockFile(path, options, lock, debug);
}

}  // namespace annals::test
