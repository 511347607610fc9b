#include "commands/import/csv.hpp"

#include <algorithm>

namespace annals {

std::expected<std::vector<std::string>, std::string> csv_fields(std::string_view record, char delimiter) {
  std::vector<std::string> fields(1);
  auto state = CsvState::field_start;
  for (const char c : record) {
    const auto before = state;
    state = csv_after(state, c, delimiter);
    if (before == CsvState::quote && state == CsvState::unquoted) {
      return std::unexpected("Something follows a closing quote.");
    }
    switch (state) {
      case CsvState::field_start:
        fields.emplace_back();
        break;
      case CsvState::quoted:
        if (before != CsvState::field_start) fields.back() += c;  // of two quotes the second
        break;
      case CsvState::unquoted:
        fields.back() += c;
        break;
      case CsvState::quote:
        break;
    }
  }
  if (state == CsvState::quoted) return std::unexpected("A quoted field is not closed.");
  return fields;
}

char csv_delimiter_of(std::string_view header) {
  constexpr std::string_view kDelimiters = ",;\t";
  std::size_t counts[kDelimiters.size()] = {};
  bool quoted = false;
  for (const char c : header) {
    if (c == '"') quoted = !quoted;
    const auto which = kDelimiters.find(c);
    if (!quoted && which != std::string_view::npos) ++counts[which];
  }
  return kDelimiters[static_cast<std::size_t>(std::ranges::max_element(counts) - counts)];
}

}  // namespace annals
