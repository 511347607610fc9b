#include "commands/import/record_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "commands/body.hpp"
#include "commands/fields/spelling.hpp"
#include "commands/import/csv.hpp"

namespace annals {
namespace {

constexpr std::string_view kTypeField = "type";
constexpr std::array<std::string_view, 10> kPersonFields = {
    "name",         "primary_email", "emails",   "contact_numbers", "job_title",
    "organization", "owner",         "metadata", "lifecycle_stage", "unique_id"};
constexpr std::array<std::string_view, 4> kOrganizationFields = {"name", "address", "owner", "metadata"};
/// In a form an empty cell of these would be no JSON.
constexpr std::array<std::string_view, 4> kJsonFields = {"emails", "contact_numbers", "address", "metadata"};

bool is_in(const auto& fields, std::string_view name) {
  return std::ranges::find(fields, name) != fields.end();
}

bool is_field_of(RecordKind kind, std::string_view name) {
  return kind == RecordKind::person ? is_in(kPersonFields, name) : is_in(kOrganizationFields, name);
}

/// Persons, unless the fields are an organization's and none is a person's alone.
RecordKind kind_with(const std::vector<std::string>& fields) {
  bool has_address = false;
  for (const auto& name : fields) {
    has_address = has_address || name == "address";
    if (is_in(kPersonFields, name) && !is_in(kOrganizationFields, name)) return RecordKind::person;
  }
  return has_address ? RecordKind::organization : RecordKind::person;
}

/// `Job_Title ` is `job_title`.
std::string column_of(std::string_view cell) {
  std::string name(stripped(cell));
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return name;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r") == std::string_view::npos;
}

std::optional<std::string> repeated(std::vector<std::string> names) {
  std::ranges::sort(names);
  const auto twice = std::ranges::adjacent_find(names);
  return twice == names.end() ? std::nullopt : std::optional(*twice);
}

}  // namespace

RecordReader::RecordReader(RecordTexts texts, RecordFormat format, const ReadingRules& rules)
    : texts_(std::move(texts)),
      format_(format),
      kind_is_given_(rules.kind.has_value()),
      kind_is_known_(kind_is_given_),
      kind_(rules.kind.value_or(RecordKind::person)) {}

std::expected<RecordReader, std::string> RecordReader::open(ByteSource source, const ReadingRules& rules) {
  RecordTexts texts(std::move(source));
  const auto first = stripped(texts.first_line());
  const auto format = rules.format.value_or(first.starts_with('{') ? RecordFormat::ndjson : RecordFormat::csv);
  if (first.starts_with('[') && (!rules.format || format == RecordFormat::ndjson)) {
    return std::unexpected("it is a JSON array; make NDJSON of it, one object a line");
  }
  RecordReader reader(std::move(texts), format, rules);
  if (format == RecordFormat::csv) {
    if (auto read = reader.read_header(); !read) return std::unexpected(std::move(read).error());
  }
  return reader;
}

std::expected<void, std::string> RecordReader::read_header() {
  delimiter_ = csv_delimiter_of(texts_.first_line());
  texts_.expect_csv(delimiter_);
  const auto record = texts_.next();
  if (!record || is_blank(record->text)) return std::unexpected("it has no header line");
  if (record->too_long) return std::unexpected("its header line is longer than 1 MiB");
  if (!is_utf8(record->text)) return std::unexpected("its header line is not valid UTF-8");
  header_ = record->text;
  const auto cells = csv_fields(header_, delimiter_);
  if (!cells) return std::unexpected("its header line cannot be read: " + cells.error());
  for (const auto& cell : *cells) columns_.push_back(column_of(cell));
  if (const auto twice = repeated(columns_)) {
    return std::unexpected("its header line names the column \"" + *twice + "\" twice");
  }
  if (!is_in(columns_, "name")) return std::unexpected("its header line has no column \"name\"");
  if (!std::exchange(kind_is_known_, true)) kind_ = kind_with(columns_);
  for (const auto& column : columns_) note_unknown(column);
  return {};
}

void RecordReader::note_unknown(std::string_view field) {
  const bool known = kind_is_given_ ? is_field_of(kind_, field)
                                    : field == kTypeField || is_field_of(RecordKind::person, field) ||
                                          is_field_of(RecordKind::organization, field);
  if (known || unknown_.size() == kUnknownFieldsMax || is_in(unknown_, field)) return;
  unknown_.emplace_back(field);
}

std::optional<ImportRow> RecordReader::next() {
  for (;;) {
    const auto record = texts_.next();
    if (!record) return std::nullopt;
    if (is_blank(record->text)) continue;
    text_ = record->text;
    return row_of(*record);
  }
}

ImportRow RecordReader::row_of(const RecordText& record) {
  const auto unreadable = [&](std::string sentence) {
    return ImportRow::unreadable(kind_, {"non_field_errors", {std::move(sentence)}}, record.line);
  };
  if (record.too_long) return unreadable("The line is longer than 1 MiB.");
  if (!is_utf8(record.text)) return unreadable("The line is not valid UTF-8.");
  auto body = format_ == RecordFormat::csv ? csv_body(record.text) : json_body(record.text);
  if (!body) return unreadable(std::move(body).error());
  return row_of(*std::move(body), record.line);
}

std::expected<Body, std::string> RecordReader::csv_body(std::string_view text) const {
  auto cells = csv_fields(text, delimiter_);
  if (!cells) return std::unexpected(std::move(cells).error());
  if (cells->size() != columns_.size()) {
    return std::unexpected("The line has " + std::to_string(cells->size()) + " columns, the header has " +
                           std::to_string(columns_.size()) + '.');
  }
  Body body;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    auto& cell = (*cells)[i];
    if (cell.empty() && is_in(kJsonFields, columns_[i])) continue;
    FormValues values;
    values.push_back(std::move(cell));
    body.fields.emplace_back(columns_[i], std::move(values));
  }
  return body;
}

std::expected<Body, std::string> RecordReader::json_body(std::string_view text) {
  const auto json = parse_json(text);
  if (!json) return std::unexpected("JSON parse error - " + json.error());
  auto body = body_of(*json);
  if (body.not_an_object.empty() && !std::exchange(kind_is_known_, true)) {
    std::vector<std::string> fields;
    for (const auto& [name, value] : body.fields) fields.push_back(name);
    kind_ = kind_with(fields);
  }
  for (const auto& [name, value] : body.fields) note_unknown(name);
  return body;
}

ImportRow RecordReader::row_of(Body body, std::uint64_t line) const {
  const auto* type = kind_is_given_ ? nullptr : body.find(kTypeField);
  if (type == nullptr) return ImportRow::from(kind_, std::move(body), line);
  std::string name;
  if (const auto* form = std::get_if<FormValues>(type)) {
    name = form->back();
  } else if (const auto& json = std::get<JsonText>(*type).text; json_kind(json) == JsonKind::string) {
    name = json_string(json);
  } else {
    name = json == "null" ? "" : json;
  }
  if (stripped(name).empty()) return ImportRow::from(kind_, std::move(body), line);
  const auto kind = record_kind_named(name);
  if (kind) return ImportRow::from(*kind, std::move(body), line);
  return ImportRow::unreadable(kind_, {std::string(kTypeField), {'"' + name + "\" is not a valid choice."}}, line);
}

}  // namespace annals
