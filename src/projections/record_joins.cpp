#include "projections/record_joins.hpp"

#include <utility>

#include "projections/organization_directory.hpp"
#include "projections/tag_assignments.hpp"

namespace annals {

RecordJoins person_joins(const ViewReader& views, PlatformId platform, const PersonRow& row) {
  RecordJoins joins;
  if (row.organization) {
    if (auto name = organization_name(views, platform, *row.organization)) {
      joins.organization_there = true;
      joins.organization_name = *std::move(name);
    }
  }
  joins.tags = tags_json(views, platform, row.id);
  return joins;
}

RecordJoins row_joins(const PersonTable& persons, const PlatformTables& tables, Row row) {
  RecordJoins joins;
  const auto& organizations = tables.organizations;
  const auto mark = persons.organization[row];
  joins.organization_there = organizations.there_at(mark);
  if (joins.organization_there) joins.organization_name = part(organizations.parts(mark - 1), OrganizationPart::name);
  joins.tags.clear();
  tables.tags.append_json(joins.tags, TaggedKind::person, row);
  return joins;
}

RecordJoins row_joins(const OrganizationTable&, const PlatformTables& tables, Row row) {
  RecordJoins joins;
  joins.tags.clear();
  tables.tags.append_json(joins.tags, TaggedKind::organization, row);
  return joins;
}

}  // namespace annals
