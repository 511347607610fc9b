#include "commands/import/field_mapping.hpp"

#include <algorithm>
#include <utility>

namespace annals {
namespace {

std::optional<std::string_view> metadata_key(std::string_view field) {
  if (!field.starts_with(kMetadataKeyPrefix)) return std::nullopt;
  return field.substr(kMetadataKeyPrefix.size());
}

bool can_be_read_into(RecordKind kind, std::string_view field) {
  return field.empty() || metadata_key(field) || is_field_of(kind, field);
}

bool is_a_field(std::string_view field) {
  if (metadata_key(field) == "") return false;
  return field == kTypeField || can_be_read_into(RecordKind::person, field) ||
         can_be_read_into(RecordKind::organization, field);
}

std::string quoted(std::string_view text) {
  return '"' + std::string(text) + '"';
}

}  // namespace

std::expected<FieldMapping, std::string> FieldMapping::parse(std::span<const std::string> pairs) {
  FieldMapping mapping;
  for (const auto& pair : pairs) {
    const auto equals = pair.rfind('=');
    if (!is_utf8(pair) || equals == std::string::npos || column_of(pair.substr(0, equals)).empty()) {
      return std::unexpected(quoted(is_utf8(pair) ? pair : "…") + " is not of the form column=field");
    }
    const auto named = std::string_view(pair).substr(equals + 1);
    Pair read{column_of(pair.substr(0, equals)), field_named(named)};
    if (!is_a_field(read.field)) {
      return std::unexpected(quoted(named) + " is no field that a column can be read as; there are " +
                             fields_listed(std::nullopt));
    }
    for (const auto& known : mapping.pairs_) {
      if (known.column == read.column) return std::unexpected("the column " + quoted(read.column) + " is mapped twice");
      if (!read.field.empty() && known.field == read.field) {
        return std::unexpected("two columns are mapped to " + quoted(read.field));
      }
    }
    mapping.pairs_.push_back(std::move(read));
  }
  return mapping;
}

std::optional<std::string_view> FieldMapping::field_of(std::string_view column) const {
  if (pairs_.empty()) return std::nullopt;
  const auto found = std::ranges::find(pairs_, column_of(column), &Pair::column);
  return found == pairs_.end() ? std::nullopt : std::optional<std::string_view>(found->field);
}

std::optional<std::string> FieldMapping::missing_from(std::span<const std::string> columns) const {
  for (const auto& pair : pairs_) {
    if (std::ranges::find(columns, pair.column) == columns.end()) return pair.column;
  }
  return std::nullopt;
}

std::optional<std::string> FieldMapping::foreign_to(RecordKind kind) const {
  for (const auto& pair : pairs_) {
    if (pair.field != kTypeField && !can_be_read_into(kind, pair.field)) return pair.field;
  }
  return std::nullopt;
}

std::vector<std::string> FieldMapping::pairs_for(RecordKind kind) const {
  std::vector<std::string> pairs;
  for (const auto& pair : pairs_) {
    if (can_be_read_into(kind, pair.field)) pairs.push_back(pair.column + '=' + pair.field);
  }
  return pairs;
}

void RecordBody::add(std::string_view field, std::string cell) {
  if (const auto key = metadata_key(field)) {
    if (!cell.empty()) add_metadata(*key, quote_json(cell));
  } else if (!cell.empty() || !is_json_field(field)) {
    put(field, FormValues{std::move(cell)});
  }
}

void RecordBody::add(std::string_view field, JsonText value) {
  if (const auto key = metadata_key(field)) return add_metadata(*key, value.text);
  put(field, std::move(value));
}

void RecordBody::add_metadata(std::string_view key, std::string_view json) {
  metadata_ += metadata_.empty() ? '{' : ',';
  append_json_string(metadata_, key);
  metadata_ += ':';
  metadata_ += json;
}

void RecordBody::put(std::string_view field, Body::Value value) {
  if (body_.find(field) != nullptr) twice_ = field;
  body_.fields.emplace_back(field, std::move(value));
}

std::expected<Body, std::string> RecordBody::take() && {
  if (!metadata_.empty()) {
    auto metadata = parse_json(metadata_ + '}');
    if (!metadata) return std::unexpected("The metadata is no JSON: " + metadata.error() + '.');
    put("metadata", *std::move(metadata));
  }
  if (twice_) return std::unexpected("The field " + quoted(*twice_) + " is given twice.");
  return std::move(body_);
}

std::expected<Body, std::string> mapped(Body body, const FieldMapping& mapping) {
  RecordBody record;
  for (auto& [name, value] : body.fields) {
    const auto field = mapping.field_of(name);
    if (field == "") continue;
    record.add(field.value_or(name), std::get<JsonText>(std::move(value)));
  }
  auto taken = std::move(record).take();
  if (taken) taken->not_an_object = std::move(body.not_an_object);
  return taken;
}

}  // namespace annals
