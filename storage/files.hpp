#pragma once

#include <rocksdb/env.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace annals {

/// In RocksDB's own directory, so that a table moves by its name alone: the tables of a portion of views that is being
/// written. While it is there, the write-ahead log may skip numbers of the sequence.
inline constexpr std::string_view kFillingDirectory = "filling";

/// The small files of a data directory that are not RocksDB's own, through the same rocksdb::Env as RocksDB's.
class Files {
 public:
  Files(rocksdb::Env& env, std::filesystem::path directory) : env_(env), directory_(std::move(directory)) {}

  rocksdb::Env& env() const { return env_; }
  const std::filesystem::path& directory() const { return directory_; }
  std::string path(std::string_view name) const { return (directory_ / name).string(); }
  /// Ok, missing (is_missing), or the failure to find out.
  rocksdb::Status look_for(std::string_view name) const { return env_.FileExists(path(name)); }

  rocksdb::Status read(std::string_view name, std::string& bytes) const;
  /// The file holds the old bytes or the new ones, whenever the machine stops; the new ones for good when it returns
  /// ok. Readable by its owner only.
  rocksdb::Status replace(std::string_view name, std::string_view bytes) const;
  rocksdb::Status make_directory(std::string_view name) const;
  /// Makes the names in `name` (empty: the data directory itself) as durable as the files' bytes.
  rocksdb::Status sync_directory(std::string_view name) const;

 private:
  rocksdb::Env& env_;
  std::filesystem::path directory_;
};

inline bool is_missing(const rocksdb::Status& status) {
  return status.IsNotFound() || status.IsPathNotFound();
}

/// Whether files are certainly not what they were.
inline bool proves_damage(const rocksdb::Status& status) {
  // Of a manifest that is gone, a secondary instance says to try again.
  return status.IsCorruption() || is_missing(status) || status.IsTryAgain();
}

}  // namespace annals
