#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What a snapshot consists of: the same tables in every format. docs/analytics.md describes them.
namespace annals {

/// In every manifest: raised when a table or a column is renamed, removed or comes to mean something else.
inline constexpr std::uint64_t kSnapshotSchema = 1;

enum class ColumnType {
  text,
  integer,
  boolean,  ///< a SnapshotCell of 0 or 1
  time,     ///< `2026-06-04T14:22:11.482913Z`, so that texts sort as times do
  json,     ///< the text of one JSON value
};

struct SnapshotColumn {
  std::string_view name;
  ColumnType type = ColumnType::text;
  bool nullable = false;
  bool indexed = false;
  std::string_view references = {};  ///< the table that `id` is of; empty: none
};

struct SnapshotTable {
  std::string_view name;
  std::vector<SnapshotColumn> columns;
  std::size_t key_columns = 1;  ///< the first of them are the primary key
};

/// In the order of snapshot_tables().
enum class TableId : std::uint8_t {
  persons,
  person_metadata,
  organizations,
  organization_metadata,
  invitations,
  members,
  roles,
  role_actions,
  policies,
  policy_users,
  pipelines,
  stages,
  lead_sources,
  deals,
  activities,
  tags,
  tag_assignments
};

std::span<const SnapshotTable> snapshot_tables();

/// null, number or text: of a type that its column has.
using SnapshotCell = std::variant<std::monostate, std::int64_t, std::string>;
using SnapshotRow = std::vector<SnapshotCell>;

/// The cell as JSON: null, a number, true, a quoted text, or the JSON that it holds.
void append_json_cell(std::string& out, ColumnType type, const SnapshotCell& cell);

}  // namespace annals
