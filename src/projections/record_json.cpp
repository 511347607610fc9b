#include "projections/record_json.hpp"

#include "core/append_number.hpp"

namespace annals {
namespace {

void append_owner(std::string& out, UserId owner) {
  out += ",\"owner\":";
  if (owner == UserId{}) {
    out += "null";
  } else {
    append_number(out, owner.value);
  }
}

void append_id_and_platform(std::string& out, const Uuid& id, PlatformId platform) {
  out += "{\"id\":\"";
  id.append_to(out);
  out += "\",\"platform\":";
  append_number(out, platform.value);
}

void append_times(std::string& out, Timestamp created_at, Timestamp updated_at) {
  out += ",\"created_at\":\"";
  append_timestamp(out, created_at);
  out += "\",\"updated_at\":\"";
  append_timestamp(out, updated_at);
  out += '"';
}

void append_organization_of(std::string& out, const PlatformTables& tables, OrganizationMark mark) {
  if (!tables.organizations.there_at(mark)) {
    out += ",\"organization\":null,\"organization_name\":null";
    return;
  }
  out += ",\"organization\":\"";
  tables.organizations.ids[mark - 1].append_to(out);
  out += "\",\"organization_name\":";
  out += part(tables.organizations.parts(mark - 1), OrganizationPart::name);
}

void append_tags(std::string& out, const PlatformTables& tables, TaggedKind kind, Row row) {
  out += ",\"tags\":";
  tables.tags.append_json(out, kind, row);
}

}  // namespace

bool holds_person(const PlatformTables& tables, Row row) {
  return tables.persons.texts.holds(row);
}

bool holds_organization(const PlatformTables& tables, Row row) {
  return tables.organizations.texts.holds(row);
}

void append_person_json(std::string& out, PlatformId platform, const PlatformTables& tables, Row row) {
  const auto& persons = tables.persons;
  const auto parts = persons.parts(row);
  const auto member = [&](std::string_view key, PersonPart which) {
    out += key;
    out += part(parts, which);
  };
  append_id_and_platform(out, persons.ids[row], platform);
  member(",\"name\":", PersonPart::name);
  member(",\"primary_email\":", PersonPart::primary_email);
  member(",\"emails\":", PersonPart::emails);
  member(",\"contact_numbers\":", PersonPart::contact_numbers);
  member(",\"job_title\":", PersonPart::job_title);
  append_organization_of(out, tables, persons.organization[row]);
  append_owner(out, persons.owner[row]);
  member(",\"platform_user\":", PersonPart::platform_user);
  out += ",\"lifecycle_stage\":\"";
  out += name_of(persons.stage[row]);
  member("\",\"unique_id\":", PersonPart::unique_id);
  out += persons.active[row] != 0 ? ",\"active\":true" : ",\"active\":false";
  append_tags(out, tables, TaggedKind::person, row);
  member(",\"metadata\":", PersonPart::metadata);
  append_times(out, persons.created_at[row], persons.updated_at[row]);
  if (!part(parts, PersonPart::merged_into).empty()) member(",\"merged_into\":", PersonPart::merged_into);
  out += '}';
}

void append_organization_json(std::string& out, PlatformId platform, const PlatformTables& tables, Row row) {
  const auto& organizations = tables.organizations;
  const auto parts = organizations.parts(row);
  append_id_and_platform(out, organizations.ids[row], platform);
  out += ",\"name\":";
  out += part(parts, OrganizationPart::name);
  out += ",\"address\":";
  out += part(parts, OrganizationPart::address);
  append_owner(out, organizations.owner[row]);
  append_tags(out, tables, TaggedKind::organization, row);
  out += ",\"metadata\":";
  out += part(parts, OrganizationPart::metadata);
  append_times(out, organizations.created_at[row], organizations.updated_at[row]);
  out += '}';
}

void prefetch_person(const PlatformTables& tables, Row row) {
  const auto& persons = tables.persons;
  persons.texts.prefetch(row);
  __builtin_prefetch(&persons.ids[row]);
  __builtin_prefetch(&persons.owner[row]);
  __builtin_prefetch(&persons.organization[row]);
  __builtin_prefetch(&persons.stage[row]);
  __builtin_prefetch(&persons.active[row]);
  __builtin_prefetch(&persons.created_at[row]);
  __builtin_prefetch(&persons.updated_at[row]);
  if (const auto mark = persons.organization[row]; mark != 0) {
    tables.organizations.texts.prefetch(mark - 1);
    __builtin_prefetch(&tables.organizations.ids[mark - 1]);
  }
}

}  // namespace annals
