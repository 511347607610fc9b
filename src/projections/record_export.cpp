#include "projections/record_export.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/csv_guard.hpp"
#include "core/csv_writer.hpp"
#include "core/json.hpp"

namespace annals {
namespace {

constexpr std::array<std::string_view, 19> kPersonColumns = {"id",
                                                             "name",
                                                             "primary_email",
                                                             "emails",
                                                             "contact_numbers",
                                                             "job_title",
                                                             "organization",
                                                             "organization_name",
                                                             "owner",
                                                             "owner_username",
                                                             "platform_user",
                                                             "lifecycle_stage",
                                                             "unique_id",
                                                             "active",
                                                             "tags",
                                                             "metadata",
                                                             "created_at",
                                                             "updated_at",
                                                             "merged_into"};
constexpr std::array<std::string_view, 9> kOrganizationColumns = {
    "id", "name", "address", "owner", "owner_username", "tags", "metadata", "created_at", "updated_at"};
/// Any JSON may stand in these: it goes out as it is.
constexpr std::array<std::string_view, 4> kFreeForm = {"emails", "contact_numbers", "address", "metadata"};

constexpr std::size_t kKnownMax = 4096;

std::string_view member(const auto& members, std::string_view name) {
  const auto found = std::ranges::find(members, name, [](const auto& one) { return std::string_view(one.first); });
  return found == members.end() ? std::string_view("null") : found->second;
}

std::string names_of_tags(std::string_view json) {
  std::string names;
  for (const auto tag : json_elements(json)) {
    if (!names.empty()) names += '|';
    names += json_string(member(json_members(tag), "name"));
  }
  return names;
}

std::string cell_of(std::string_view column, std::string_view json) {
  if (column == "tags") return names_of_tags(json);
  if (std::ranges::find(kFreeForm, column) != kFreeForm.end()) return std::string(json);
  if (json == "null") return {};
  return json_kind(json) == JsonKind::string ? json_string(json) : std::string(json);
}

void append_line(std::string& out, std::span<const std::string_view> columns, auto&& cell) {
  for (const auto& column : columns) {
    if (&column != columns.data()) out += ',';
    append_csv_field(out, guarded(cell(column)));
  }
  out += "\r\n";
}

}  // namespace

std::optional<ExportFormat> export_format_named(std::string_view name) {
  if (name == "csv") return ExportFormat::csv;
  if (name == "ndjson") return ExportFormat::ndjson;
  return std::nullopt;
}

std::span<const std::string_view> export_columns(ExportedKind kind) {
  if (kind == ExportedKind::persons) return kPersonColumns;
  return kOrganizationColumns;
}

RecordExport::RecordExport(std::unique_ptr<RecordStream> records, ExportedKind kind, ExportFormat format,
                           UsernameOf username)
    : records_(std::move(records)), kind_(kind), format_(format), username_(std::move(username)) {}

bool RecordExport::append_piece(std::string& out, std::size_t bytes) {
  const auto end = out.size() + bytes;
  if (!std::exchange(begun_, true) && format_ == ExportFormat::csv) {
    append_line(out, export_columns(kind_), [](std::string_view column) { return column; });
  }
  while (fetch()) {
    append(portion_[at_++], out);
    ++count_;
    if (out.size() >= end) return true;
  }
  return false;
}

bool RecordExport::fetch() {
  if (at_ == portion_.size()) {
    portion_ = records_->next();
    at_ = 0;
  }
  return at_ < portion_.size();
}

void RecordExport::append(const std::string& record, std::string& out) {
  auto members = json_members(record);
  const auto owner = owner_username(members);
  if (format_ == ExportFormat::csv) {
    members.emplace_back("owner_username", owner);
    return append_csv(members, out);
  }
  out.append(record, 0, record.size() - 1);
  out.append(R"(,"owner_username":)").append(owner).append("}\n");
}

void RecordExport::append_csv(const Members& members, std::string& out) const {
  append_line(out, export_columns(kind_),
              [&](std::string_view column) { return cell_of(column, member(members, column)); });
}

std::string RecordExport::owner_username(const Members& members) {
  const auto json = member(members, "owner");
  UserId id;
  std::from_chars(json.data(), json.data() + json.size(), id.value);
  if (id.value == 0) return "null";
  auto found = usernames_.find(id);
  if (found == usernames_.end()) {
    if (usernames_.size() == kKnownMax) usernames_.clear();
    found = usernames_.emplace(id, username_(id)).first;
  }
  return found->second ? quote_json(*found->second) : "null";
}

}  // namespace annals
