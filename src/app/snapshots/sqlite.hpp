#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "app/snapshots/snapshot_tables.hpp"

/// As much of SQLite as snapshots need. All of it throws std::runtime_error with SQLite's words.
namespace annals {

class SqliteStatement;

class SqliteDatabase {
 public:
  enum class Open {
    create,     ///< a file that is not there yet
    read_only,  ///< a file that nobody writes any more; nothing is written beside it
  };
  SqliteDatabase(const std::filesystem::path& file, Open how);

  void run(const std::string& sql);
  SqliteStatement prepare(const std::string& sql);
  /// Read-only, under another name than `main`.
  void attach(const std::filesystem::path& file, std::string_view name);
  void close();

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

/// Must not outlive its database.
class SqliteStatement {
 public:
  SqliteStatement(sqlite3* database, const std::string& sql);

  /// Every parameter, in order. The row must live until the next call of `next`.
  void bind(const SnapshotRow& row);
  void bind(int parameter, const std::string& text);
  /// False: there are no more rows; the statement can be bound and run again.
  bool next();
  int columns() const { return sqlite3_column_count(statement_.get()); }
  SnapshotCell cell(int column) const;

 private:
  void require(int result) const;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// `"name"`, for SQL.
std::string sql_name(std::string_view name);

}  // namespace annals
