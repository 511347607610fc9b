#pragma once

#include "projections/record_text.hpp"
#include "projections/tables.hpp"
#include "storage/byte_store.hpp"

/// What persons and organizations show of other records: an organization's name, tags.
namespace annals {

/// From the views.
RecordJoins person_joins(const ViewReader& views, PlatformId platform, const PersonRow& row);

/// Of a row.
RecordJoins row_joins(const PersonTable& persons, const PlatformTables& tables, Row row);
RecordJoins row_joins(const OrganizationTable& organizations, const PlatformTables& tables, Row row);

}  // namespace annals
