#include "app/snapshots/sqlite_writer.hpp"

#include <fmt/format.h>

#include "app/snapshots/sqlite.hpp"

namespace annals {
namespace {

std::string_view sql_type(ColumnType type) {
  switch (type) {
    case ColumnType::text:
    case ColumnType::time:
    case ColumnType::json:
      return "TEXT";
    case ColumnType::integer:
    case ColumnType::boolean:
      return "INTEGER";
  }
  return {};
}

std::string column_definition(const SnapshotColumn& column) {
  auto sql = fmt::format("{} {}", sql_name(column.name), sql_type(column.type));
  if (!column.nullable) sql += " NOT NULL";
  if (column.type == ColumnType::boolean) sql += fmt::format(" CHECK ({} IN (0, 1))", sql_name(column.name));
  if (!column.references.empty()) sql += fmt::format(" REFERENCES {} (id)", sql_name(column.references));
  return sql;
}

std::string create_table(const SnapshotTable& table) {
  std::string sql = fmt::format("CREATE TABLE {} (", sql_name(table.name));
  for (const auto& column : table.columns) sql += column_definition(column) + ", ";
  sql += "PRIMARY KEY (";
  for (std::size_t at = 0; at < table.key_columns; ++at)
    sql += (at == 0 ? "" : ", ") + sql_name(table.columns[at].name);
  return sql + ")) STRICT";
}

std::string insert_into(const SnapshotTable& table) {
  std::string sql = fmt::format("INSERT INTO {} VALUES (?", sql_name(table.name));
  for (std::size_t at = 1; at < table.columns.size(); ++at) sql += ", ?";
  return sql + ')';
}

class SqliteWriter : public SnapshotWriter {
 public:
  explicit SqliteWriter(const std::filesystem::path& directory)
      : database_(directory / kSnapshotDatabase, SqliteDatabase::Open::create) {
    // Whatever goes wrong, the whole snapshot is thrown away: nothing needs to be rolled back or synced here.
    database_.run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536");
    database_.run(fmt::format("PRAGMA user_version = {}; BEGIN", kSnapshotSchema));
    for (const auto& table : snapshot_tables()) {
      database_.run(create_table(table));
      inserts_.push_back(database_.prepare(insert_into(table)));
    }
  }

  void add(TableId table, const SnapshotRow& row) override {
    auto& insert = inserts_[static_cast<std::size_t>(table)];
    insert.bind(row);
    insert.next();
  }

  void finish() override {
    inserts_.clear();
    for (const auto& table : snapshot_tables()) {
      for (const auto& column : table.columns) {
        if (!column.indexed) continue;
        database_.run(fmt::format("CREATE INDEX {} ON {} ({})",
                                  sql_name(fmt::format("{}_by_{}", table.name, column.name)), sql_name(table.name),
                                  sql_name(column.name)));
      }
    }
    database_.run("COMMIT");
    database_.close();
  }

  std::vector<std::string> files() const override { return {std::string(kSnapshotDatabase)}; }

 private:
  SqliteDatabase database_;
  std::vector<SqliteStatement> inserts_;
};

}  // namespace

std::unique_ptr<SnapshotWriter> make_sqlite_writer(const std::filesystem::path& directory) {
  return std::make_unique<SqliteWriter>(directory);
}

}  // namespace annals
