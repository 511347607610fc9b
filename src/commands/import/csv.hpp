#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace annals {

/// Where a reader of CSV (RFC 4180) stands between two characters. A quote in the middle of an unquoted field stands
/// for itself.
enum class CsvState : std::uint8_t {
  field_start,
  unquoted,
  quoted,
  quote,  ///< behind a quote in a quoted field: its end, or the first half of a quote
};

/// A record ends at the line feed that leads to field_start.
constexpr CsvState csv_after(CsvState state, char c, char delimiter) {
  if (state == CsvState::quoted) return c == '"' ? CsvState::quote : CsvState::quoted;
  if (c == '"' && state != CsvState::unquoted) return CsvState::quoted;
  return c == delimiter || c == '\n' ? CsvState::field_start : CsvState::unquoted;
}

/// The fields of one record, without its line end. The error is a sentence.
std::expected<std::vector<std::string>, std::string> csv_fields(std::string_view record, char delimiter);

/// The one of comma, semicolon and tab that the header line has most of outside of quotes; a comma when it has none.
char csv_delimiter_of(std::string_view header);

}  // namespace annals
