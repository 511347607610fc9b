#include "commands/import/record_kind.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "commands/fields/spelling.hpp"

namespace annals {
namespace {

constexpr std::array<std::string_view, 12> kPersonFields = {
    "name",  "primary_email",  "emails",          "contact_numbers", "job_title", "organization", "organization_name",
    "owner", "owner_username", "lifecycle_stage", "unique_id",       "metadata"};
constexpr std::array<std::string_view, 5> kOrganizationFields = {"name", "address", "owner", "owner_username",
                                                                 "metadata"};
constexpr std::array<std::string_view, 4> kJsonFields = {"emails", "contact_numbers", "address", "metadata"};

std::span<const std::string_view> fields_of(RecordKind kind) {
  if (kind == RecordKind::person) return kPersonFields;
  return kOrganizationFields;
}

bool is_in(std::span<const std::string_view> fields, std::string_view name) {
  return std::ranges::find(fields, name) != fields.end();
}

void list(std::string& out, std::string_view name) {
  if (!out.empty()) out += ", ";
  out += name;
}

}  // namespace

std::string column_of(std::string_view cell) {
  std::string name(stripped(cell));
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return name;
}

std::string field_named(std::string_view name) {
  const auto trimmed = stripped(name);
  return trimmed.starts_with(kMetadataKeyPrefix) ? std::string(trimmed) : column_of(trimmed);
}

std::optional<RecordKind> record_kind_named(std::string_view name) {
  const auto lowered = column_of(name);
  if (lowered == "person" || lowered == "persons") return RecordKind::person;
  if (lowered == "organization" || lowered == "organizations") return RecordKind::organization;
  return std::nullopt;
}

std::string_view plural_of(RecordKind kind) {
  return kind == RecordKind::person ? "persons" : "organizations";
}

bool is_field_of(RecordKind kind, std::string_view name) {
  return is_in(fields_of(kind), name);
}

bool is_json_field(std::string_view name) {
  return is_in(kJsonFields, name);
}

std::string fields_listed(std::optional<RecordKind> kind) {
  std::string out;
  for (const auto name : fields_of(kind.value_or(RecordKind::person))) list(out, name);
  if (!kind) {
    for (const auto name : kOrganizationFields) {
      if (!is_field_of(RecordKind::person, name)) list(out, name);
    }
    list(out, kTypeField);
  }
  list(out, std::string(kMetadataKeyPrefix) + "<key>");
  return out;
}

}  // namespace annals
