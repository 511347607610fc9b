#pragma once

#include <string>
#include <string_view>

namespace annals {

/// Appends one field of a CSV record (RFC 4180), quoted where it has to be. What stands between fields and records is
/// the caller's.
inline void append_csv_field(std::string& out, std::string_view field) {
  if (field.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += field;
    return;
  }
  out += '"';
  for (const char c : field) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace annals
