#pragma once

#include <string>

#include "projections/tables.hpp"

/// Records as the API sends them, put together from columns and texts in memory: byte for byte what the views give.
/// Only of rows whose texts are held.
namespace annals {

void append_person_json(std::string& out, PlatformId platform, const PlatformTables& tables, Row row);
void append_organization_json(std::string& out, PlatformId platform, const PlatformTables& tables, Row row);

/// Asks for the memory that writing the row will touch, a while before.
void prefetch_person(const PlatformTables& tables, Row row);

}  // namespace annals
