#pragma once

#include <string>
#include <string_view>

/// A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return for a formula. Guarded
/// cells begin with an apostrophe, as OWASP recommends ("CSV Injection"); so do those that began with apostrophes
/// before such a character, so that every cell can be had back.
namespace annals {

inline bool is_like_formula(std::string_view cell) {
  const auto first = cell.find_first_not_of('\'');
  return first != std::string_view::npos && std::string_view("=+-@\t\r").find(cell[first]) != std::string_view::npos;
}

inline std::string guarded(std::string_view cell) {
  std::string out(is_like_formula(cell) ? "'" : "");
  return out += cell;
}

/// The other way; other cells stay as they are.
inline std::string_view unguarded(std::string_view cell) {
  return cell.starts_with('\'') && is_like_formula(cell) ? cell.substr(1) : cell;
}

}  // namespace annals
