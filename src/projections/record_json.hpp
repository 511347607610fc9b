#pragma once

#include <string>

#include "projections/tables.hpp"

/// Records as the API sends them, put together from columns and texts in memory: byte for byte what the views give.
/// Only of rows that are held with what they show of others.
namespace annals {

bool holds_person(const PlatformTables& tables, Row row);
bool holds_organization(const PlatformTables& tables, Row row);

void append_person_json(std::string& out, PlatformId platform, const PlatformTables& tables, Row row);
void append_organization_json(std::string& out, PlatformId platform, const PlatformTables& tables, Row row);

/// Asks for the memory that writing the row will touch, a while before.
void prefetch_person(const PlatformTables& tables, Row row);

}  // namespace annals
