#pragma once

#include <optional>

#include "projections/record_text.hpp"
#include "projections/tables.hpp"
#include "storage/byte_store.hpp"

/// What persons and organizations show of other records: an organization's name, tags.
namespace annals {

/// From the views.
RecordJoins person_joins(const ViewReader& views, PlatformId platform, const PersonRow& row);

/// Of a row, as far as it is in memory.
struct RowJoins : RecordJoins {
  std::optional<Ordinal> organization_elsewhere;  ///< whose name is still to be read
};
RowJoins row_joins(const PersonTable& persons, const PlatformTables& tables, Row row);
RowJoins row_joins(const OrganizationTable& organizations, const PlatformTables& tables, Row row);
/// With what is to be read from views that agree with the tables.
RecordJoins completed(RowJoins joins, const ViewReader& views, PlatformId platform);

}  // namespace annals
