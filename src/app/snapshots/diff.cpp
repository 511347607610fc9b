#include "app/snapshots/diff.hpp"

#include <fmt/format.h>

#include "app/snapshots/snapshot_writer.hpp"
#include "app/snapshots/sqlite.hpp"
#include "projections/record_text.hpp"

namespace annals {
namespace {

// As SQL knows the two databases.
constexpr std::string_view kFrom = "main";
constexpr std::string_view kTo = "later";

std::string same_key(const SnapshotTable& table) {
  std::string sql;
  for (std::size_t at = 0; at < table.key_columns; ++at) {
    const auto column = sql_name(table.columns[at].name);
    sql += fmt::format("{}old.{} = new.{}", at == 0 ? "" : " AND ", column, column);
  }
  return sql;
}

/// Rows of one database whose key the other does not have.
std::string rows_only_in(const SnapshotTable& table, std::string_view alias) {
  const bool added = alias == "new";
  const auto name = sql_name(table.name);
  return fmt::format("SELECT {}.* FROM {}.{} AS {} WHERE NOT EXISTS (SELECT 1 FROM {}.{} AS {} WHERE {})", alias,
                     added ? kTo : kFrom, name, alias, added ? kFrom : kTo, name, added ? "old" : "new",
                     same_key(table));
}

/// Old and new cells side by side, column after column.
std::string changed_rows(const SnapshotTable& table) {
  std::string cells;
  std::string differs;
  for (const auto& column : table.columns) {
    const auto name = sql_name(column.name);
    cells += fmt::format("{}old.{}, new.{}", cells.empty() ? "" : ", ", name, name);
    differs += fmt::format("{}old.{} IS NOT new.{}", differs.empty() ? "" : " OR ", name, name);
  }
  return fmt::format("SELECT {} FROM {}.{} AS old JOIN {}.{} AS new ON {} WHERE {}", cells, kFrom, sql_name(table.name),
                     kTo, sql_name(table.name), same_key(table), differs);
}

std::string cell_json(const SnapshotColumn& column, const SnapshotCell& cell) {
  std::string json;
  append_json_cell(json, column.type, cell);
  return json;
}

/// `columns` of a row whose cells stand every `stride`.
std::string row_json(const SnapshotTable& table, std::size_t columns, const SqliteStatement& row, int stride) {
  ObjectText object;
  for (std::size_t at = 0; at < columns; ++at) {
    const auto& column = table.columns[at];
    object.key(column.name).json(cell_json(column, row.cell(static_cast<int>(at) * stride)));
  }
  return std::move(object).close();
}

std::string changes_json(const SnapshotTable& table, const SqliteStatement& row) {
  ObjectText changes;
  for (std::size_t at = table.key_columns; at < table.columns.size(); ++at) {
    const auto& column = table.columns[at];
    const auto before = row.cell(static_cast<int>(2 * at));
    const auto after = row.cell(static_cast<int>(2 * at + 1));
    if (before == after) continue;
    changes.key(column.name).json('[' + cell_json(column, before) + ',' + cell_json(column, after) + ']');
  }
  return std::move(changes).close();
}

ObjectText change(const SnapshotTable& table, std::string_view what, std::string key) {
  ObjectText object;
  object.key("table").text(table.name).key("change").text(what).key("key").json(key);
  return object;
}

class TableDiff {
 public:
  TableDiff(SqliteDatabase& database, const SnapshotTable& table, const ChangeSeen& seen)
      : database_(database), table_(table), seen_(seen) {}

  TableDifference run() { return {table_.name, whole_rows("added", "new"), whole_rows("removed", "old"), changed()}; }

 private:
  std::uint64_t whole_rows(std::string_view what, std::string_view alias) {
    std::uint64_t count = 0;
    for (auto rows = database_.prepare(rows_only_in(table_, alias)); rows.next(); ++count) {
      auto object = change(table_, what, row_json(table_, table_.key_columns, rows, 1));
      object.key("row").json(row_json(table_, table_.columns.size(), rows, 1));
      seen_(std::move(object).close());
    }
    return count;
  }

  std::uint64_t changed() {
    std::uint64_t count = 0;
    for (auto rows = database_.prepare(changed_rows(table_)); rows.next(); ++count) {
      auto object = change(table_, "changed", row_json(table_, table_.key_columns, rows, 2));
      seen_(std::move(object.key("changes").json(changes_json(table_, rows))).close());
    }
    return count;
  }

  SqliteDatabase& database_;
  const SnapshotTable& table_;
  const ChangeSeen& seen_;
};

}  // namespace

std::string TableDifference::json() const {
  ObjectText object;
  object.key("table").text(table).key("added").number(added);
  object.key("removed").number(removed).key("changed").number(changed);
  return std::move(object).close();
}

std::expected<SnapshotManifest, std::string> comparable_snapshot(const std::filesystem::path& directory) {
  auto manifest = read_manifest(directory);
  if (!manifest) return manifest;
  if (manifest->format != SnapshotFormat::sqlite) {
    return std::unexpected(fmt::format("The snapshot of position {} is in {}; only those in sqlite can be compared.",
                                       manifest->head.position.value, name_of(manifest->format)));
  }
  if (manifest->schema != kSnapshotSchema) {
    return std::unexpected(
        fmt::format("The snapshot of position {} was taken by another version of annals; take it again.",
                    manifest->head.position.value));
  }
  return manifest;
}

std::vector<TableDifference> diff_snapshots(const std::filesystem::path& from, const std::filesystem::path& to,
                                            const ChangeSeen& seen) {
  SqliteDatabase database(from / kSnapshotDatabase, SqliteDatabase::Open::read_only);
  database.attach(to / kSnapshotDatabase, kTo);
  std::vector<TableDifference> differences;
  for (const auto& table : snapshot_tables()) differences.push_back(TableDiff(database, table, seen).run());
  return differences;
}

}  // namespace annals
