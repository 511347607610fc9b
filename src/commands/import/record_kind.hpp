#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace annals {

enum class RecordKind { person, organization };
/// `person`, `persons`, `organization` or `organizations`, in any case and with white space around.
std::optional<RecordKind> record_kind_named(std::string_view name);
std::string_view plural_of(RecordKind kind);

/// Says of a record what it is.
inline constexpr std::string_view kTypeField = "type";
/// What stands behind it is one key of metadata.
inline constexpr std::string_view kMetadataKeyPrefix = "metadata.";

/// Whether an import reads the field into such a record. `type` is no record's.
bool is_field_of(RecordKind kind, std::string_view name);
/// Whether the field's value is any JSON, so that an empty cell is none.
bool is_json_field(std::string_view name);
/// With commas, for sentences.
std::string fields_listed(std::optional<RecordKind> kind);

/// Trimmed, ASCII letters lowered: how columns are told apart.
std::string column_of(std::string_view cell);
/// The same, but for keys of metadata, which stay as they are.
std::string field_named(std::string_view name);

}  // namespace annals
