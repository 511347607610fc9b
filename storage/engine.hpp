#pragma once

#include <rocksdb/db.h>

#include <atomic>
#include <expected>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "storage/files.hpp"
#include "storage/wal_watch.hpp"

namespace annals {

/// Which tables: the views that are served, those that are filled beside them to take their place, or the side tables.
enum class ViewsRole { live, next, side };

/// The views of the engine were filled for an opening that has ended.
struct NextViewsGone : std::runtime_error {
  NextViewsGone()
      : std::runtime_error("the store was opened anew, and what was being filled beside the views is gone") {}
};

/// One opening of a data directory's RocksDB. Each set of views is a column family of its own; an entry in `default`
/// names the live one, and the others go at the next opening.
struct Engine {
  /// Ends with its last holder, and with it the files of a family that was dropped. Not after the engine.
  using Family = std::shared_ptr<rocksdb::ColumnFamilyHandle>;

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
  bool takes_writes() const { return writable && !failed_behind->load(); }
  /// Brings everything from the write-ahead log into tables; what it holds so far is then of no more use.
  rocksdb::Status flush() const;
  /// Throws NextViewsGone when there are none.
  rocksdb::ColumnFamilyHandle* views(ViewsRole role) const;
  Family family(ViewsRole role) const;
  /// An empty family beside the live one, instead of any before.
  rocksdb::Status begin_next_views();
  void discard_next_views();
  /// Makes it the live one by one synced write; gives the one before, which can be read for as long as it is held. Not
  /// while anybody writes views.
  std::expected<Family, rocksdb::Status> adopt_next_views();

  bool writable = false;
  std::unique_ptr<WalWatch> wal_watch;               ///< nullptr for `beside`
  std::shared_ptr<std::atomic<bool>> failed_behind;  ///< a flush or compaction failed: RocksDB takes no writes now
  std::unique_ptr<rocksdb::DB> db;
  rocksdb::ColumnFamilyHandle* meta = nullptr;  ///< the format, and the side tables
  rocksdb::ColumnFamilyHandle* log = nullptr;

 private:
  rocksdb::Status choose_views(const std::vector<std::string>& names,
                               const std::vector<rocksdb::ColumnFamilyHandle*>& handles, Mode mode);
  std::expected<Family, rocksdb::Status> create_views(const std::string& name) const;
  rocksdb::Status read_live_name(std::string& name) const;
  Family owned(rocksdb::ColumnFamilyHandle* handle) const;
  void drop(const Family& family) const;

  rocksdb::ColumnFamilyOptions views_options_;
  Family live_;
  Family next_;
  std::atomic<rocksdb::ColumnFamilyHandle*> live_handle_ = nullptr;  ///< of `live_`, for those who only pin the engine
};

/// Whether a column family holds views: `views`, `views-1`, `views-2` …
bool is_views_family(std::string_view name);

inline constexpr std::string_view kDatabaseDirectory = "db";

/// The format of everything in the column families, under kFormatKey in `default`. On disk; never change.
inline constexpr std::uint32_t kStoreFormat = 1;
inline constexpr std::string_view kFormatKey = "format";
/// In `default`: the name of the family of the live views; `views` when there is none. On disk; never change.
inline constexpr std::string_view kLiveViewsKey = "views";

}  // namespace annals
