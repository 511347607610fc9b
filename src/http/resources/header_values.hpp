#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The grammar that several headers share.
namespace annals::http {

/// `type/subtype; name=value; name="quoted value"`: what stands first, and the parameters. Names and what stands first
/// are lower-cased, values are as sent, without quotes.
struct HeaderValue {
  std::string first;
  std::vector<std::pair<std::string, std::string>> parameters;

  /// The first of this name.
  const std::string* find(std::string_view name) const;
};

/// nullopt when it does not keep the grammar (a token with odd characters, a quote that does not end, no `=`).
std::optional<HeaderValue> parse_header_value(std::string_view text);

std::string ascii_lower(std::string_view text);
bool equal_but_for_case(std::string_view left, std::string_view right);
std::string_view trim_blanks(std::string_view text);  ///< spaces and tabs
/// RFC 9110's token characters, at least one.
bool is_token(std::string_view text);

}  // namespace annals::http
