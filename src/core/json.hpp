#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace annals {

/// One JSON value as its minified source text: key order, number text and escapes as they were sent. Only parse_json
/// makes one from outside input, so every JsonText is valid: UTF-8, no lone surrogates, no duplicate keys, at most 64
/// levels, integers within int64, other numbers within double.
struct JsonText {
  std::string text = "null";
  bool operator==(const JsonText&) const = default;
};

inline constexpr int kJsonDepthMax = 64;

/// The value, or a sentence that says what is wrong with it.
std::expected<JsonText, std::string> parse_json(std::string_view source);

enum class JsonKind { null, boolean, integer, real, string, array, object };

/// The functions below take the text of a JsonText, or of a part of one.
JsonKind json_kind(std::string_view value);
/// The members of an object in order: decoded key, text of the value (a view into `object`).
std::vector<std::pair<std::string, std::string_view>> json_members(std::string_view object);
/// The texts of an array's elements, views into `array`.
std::vector<std::string_view> json_elements(std::string_view array);
/// The decoded content of a string, escapes resolved.
std::string json_string(std::string_view quoted);

/// Appends `value` quoted; escapes only what JSON demands, so that UTF-8 goes out as it is.
void append_json_string(std::string& out, std::string_view value);
std::string quote_json(std::string_view value);

/// Valid UTF-8 by RFC 3629: no surrogates, no over-long forms.
bool is_utf8(std::string_view text);
/// Of valid UTF-8.
std::size_t count_code_points(std::string_view text);

}  // namespace annals
