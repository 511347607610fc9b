#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/import/field_mapping.hpp"
#include "commands/import/import_records.hpp"
#include "commands/import/record_texts.hpp"

namespace annals {

enum class RecordFormat { csv, ndjson };

/// What is known before the first byte; nullopt: to be found out.
struct ReadingRules {
  std::optional<RecordFormat> format;  ///< else NDJSON when it begins with `{`, CSV when not
  /// Of all records, whatever they say. Else each record's `type`, and without one what the fields of the header (of
  /// the first object in NDJSON) belong to.
  std::optional<RecordKind> kind;
  FieldMapping mapping = {};  ///< of columns, or of the objects' members
  Existing existing = Existing::skip;
};

/// Reads persons and organizations out of CSV with a header line, or of NDJSON. What is wrong with a record is in its
/// row; reading goes on behind it.
class RecordReader {
 public:
  /// Reads the header. The error is a sentence on why the file as a whole cannot be read.
  static std::expected<RecordReader, std::string> open(ByteSource source, const ReadingRules& rules);

  /// nullopt at the end. Blank lines are passed over.
  std::optional<ImportRow> next();
  std::string_view text() const { return text_; }      ///< of the row given last, until the next one
  std::string_view header() const { return header_; }  ///< CSV's header line as it stands; empty for NDJSON
  std::uint64_t bytes_consumed() const { return texts_.bytes_consumed(); }

  RecordFormat format() const { return format_; }
  const FieldMapping& mapping() const { return mapping_; }
  Existing existing() const { return existing_; }
  RecordKind kind() const { return kind_; }  ///< of records that do not say; for NDJSON only behind the first row
  /// Fields that no record of this kind has, once each, in order; at most kUnknownFieldsMax.
  const std::vector<std::string>& unknown_fields() const { return unknown_; }
  static constexpr std::size_t kUnknownFieldsMax = 50;

 private:
  RecordReader(RecordTexts texts, RecordFormat format, const ReadingRules& rules);
  std::expected<void, std::string> read_header();
  std::expected<void, std::string> name_columns(const std::vector<std::string>& cells);
  ImportRow row_of(const RecordText& record);
  std::expected<Body, std::string> csv_body(std::string_view text) const;
  std::expected<Body, std::string> json_body(std::string_view text);
  ImportRow row_of(Body body, std::uint64_t line) const;
  void note_unknown(std::string_view field);

  RecordTexts texts_;
  RecordFormat format_;
  FieldMapping mapping_;
  Existing existing_;
  bool kind_is_given_;
  bool kind_is_known_;
  RecordKind kind_;
  char delimiter_ = ',';
  std::string header_;
  std::vector<std::string> columns_;  ///< as which field each is read; empty: not read
  std::vector<std::string> unknown_;
  std::string_view text_;
};

}  // namespace annals
