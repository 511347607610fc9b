#pragma once

#include <rocksdb/db.h>

#include <atomic>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>

#include "storage/files.hpp"
#include "storage/wal_watch.hpp"

namespace annals {

/// One opening of a data directory's RocksDB.
struct Engine {
  enum class Mode {
    create,     ///< to read and write; made when missing
    write,      ///< to read and write
    beside,     ///< a secondary instance: read-only, next to a running server; its own notes go to `scratch`
    read_only,  ///< alone; writes nothing
    salvage,    ///< alone; writes nothing; whatever can be read
  };
  struct Options {
    Mode mode = Mode::write;
    std::size_t block_cache_bytes = 0;
    std::filesystem::path scratch;  ///< for `beside`
  };

  static std::expected<std::unique_ptr<Engine>, rocksdb::Status> open(const Files& files, const Options& options);
  ~Engine();
  /// Drops the family of the views with all its files, also those that cannot be read, and begins it anew. While nobody
  /// reads.
  rocksdb::Status renew_views();

  bool writable = false;
  std::unique_ptr<WalWatch> wal_watch;               ///< nullptr for `beside`
  std::shared_ptr<std::atomic<bool>> failed_behind;  ///< a flush or compaction failed: RocksDB takes no writes now
  std::unique_ptr<rocksdb::DB> db;
  rocksdb::ColumnFamilyHandle* meta = nullptr;  ///< the format, and the side tables
  rocksdb::ColumnFamilyHandle* log = nullptr;
  rocksdb::ColumnFamilyHandle* views = nullptr;

 private:
  rocksdb::ColumnFamilyOptions views_options_;
};

inline constexpr std::string_view kDatabaseDirectory = "db";

/// The format of everything in the column families, under kFormatKey in `default`. On disk; never change.
inline constexpr std::uint32_t kStoreFormat = 1;
inline constexpr std::string_view kFormatKey = "format";

}  // namespace annals
