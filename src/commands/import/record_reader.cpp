#include "commands/import/record_reader.hpp"

#include <algorithm>
#include <utility>

#include "commands/body.hpp"
#include "commands/fields/spelling.hpp"
#include "commands/import/csv.hpp"
#include "core/csv_guard.hpp"

namespace annals {
namespace {

bool is_in(const auto& fields, std::string_view name) {
  return std::ranges::find(fields, name) != fields.end();
}

/// Persons, unless the fields are an organization's and none is a person's alone.
RecordKind kind_with(const std::vector<std::string>& fields) {
  bool organizations = false;
  for (const auto& name : fields) {
    const bool of_organization = is_field_of(RecordKind::organization, name);
    const bool of_person = is_field_of(RecordKind::person, name);
    if (of_person && !of_organization) return RecordKind::person;
    organizations = organizations || (of_organization && !of_person);
  }
  return organizations ? RecordKind::organization : RecordKind::person;
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
      mapping_(rules.mapping),
      existing_(rules.existing),
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
  if (rules.kind) {
    if (const auto foreign = rules.mapping.foreign_to(*rules.kind)) {
      return std::unexpected("a column is mapped to \"" + *foreign + "\", which " +
                             std::string(plural_of(*rules.kind)) + " do not have; they have " +
                             fields_listed(rules.kind));
    }
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
  if (auto named = name_columns(*cells); !named) return named;
  if (!std::exchange(kind_is_known_, true)) kind_ = kind_with(columns_);
  for (const auto& column : columns_) note_unknown(column);
  return {};
}

std::expected<void, std::string> RecordReader::name_columns(const std::vector<std::string>& cells) {
  std::vector<std::string> headings;
  for (const auto& cell : cells) headings.push_back(column_of(cell));
  if (const auto twice = repeated(headings)) {
    return std::unexpected("its header line names the column \"" + *twice + "\" twice");
  }
  if (const auto missing = mapping_.missing_from(headings)) {
    return std::unexpected("its header line has no column \"" + *missing + '"');
  }
  std::vector<std::string> fields;
  for (const auto& cell : cells) {
    const auto field = mapping_.field_of(cell);
    columns_.push_back(field ? std::string(*field) : field_named(cell));
    if (!columns_.back().empty()) fields.push_back(columns_.back());
  }
  if (const auto twice = repeated(fields)) return std::unexpected("two of its columns are read as \"" + *twice + '"');
  const bool by_unique_id = existing_ == Existing::update && is_in(columns_, "unique_id");
  if (!is_in(columns_, "name") && !by_unique_id) return std::unexpected("its header line has no column \"name\"");
  return {};
}

void RecordReader::note_unknown(std::string_view field) {
  const bool known = field.empty() || field.starts_with(kMetadataKeyPrefix) ||
                     (kind_is_given_ ? is_field_of(kind_, field)
                                     : field == kTypeField || is_field_of(RecordKind::person, field) ||
                                           is_field_of(RecordKind::organization, field));
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
  RecordBody body;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (!columns_[i].empty()) body.add(columns_[i], std::string(unguarded((*cells)[i])));
  }
  return std::move(body).take();
}

std::expected<Body, std::string> RecordReader::json_body(std::string_view text) {
  const auto json = parse_json(text);
  if (!json) return std::unexpected("JSON parse error - " + json.error());
  auto body = mapped(body_of(*json), mapping_);
  if (!body) return body;
  if (body->not_an_object.empty() && !std::exchange(kind_is_known_, true)) {
    std::vector<std::string> fields;
    for (const auto& [name, value] : body->fields) fields.push_back(name);
    kind_ = kind_with(fields);
  }
  for (const auto& [name, value] : body->fields) note_unknown(name);
  return body;
}

ImportRow RecordReader::row_of(Body body, std::uint64_t line) const {
  const auto* type = kind_is_given_ ? nullptr : body.find(kTypeField);
  if (type == nullptr) return ImportRow::from(kind_, std::move(body), line, existing_);
  std::string name;
  if (const auto* form = std::get_if<FormValues>(type)) {
    name = form->back();
  } else if (const auto& json = std::get<JsonText>(*type).text; json_kind(json) == JsonKind::string) {
    name = json_string(json);
  } else {
    name = json == "null" ? "" : json;
  }
  if (stripped(name).empty()) return ImportRow::from(kind_, std::move(body), line, existing_);
  const auto kind = record_kind_named(name);
  if (kind) return ImportRow::from(*kind, std::move(body), line, existing_);
  return ImportRow::unreadable(kind_, {std::string(kTypeField), {'"' + name + "\" is not a valid choice."}}, line);
}

}  // namespace annals
