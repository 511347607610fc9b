#include "http/resources/header_values.hpp"

#include <algorithm>

namespace annals::http {
namespace {

char lower_of(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// The value at the front of `rest` (a token or a quoted string), taken off it.
std::optional<std::string> take_value(std::string_view& rest) {
  if (!rest.starts_with('"')) {
    const auto token = trim_blanks(rest.substr(0, rest.find(';')));
    if (!is_token(token)) return std::nullopt;
    rest.remove_prefix(std::min(rest.size(), rest.find(';')));
    return std::string(token);
  }
  std::string value;
  for (std::size_t at = 1; at < rest.size(); ++at) {
    if (rest[at] == '"') {
      rest = trim_blanks(rest.substr(at + 1));
      return rest.empty() || rest.starts_with(';') ? std::optional(value) : std::nullopt;
    }
    // Only these two are escaped by what browsers and libraries send; other backslashes are part of Windows paths.
    if (rest[at] == '\\' && at + 1 < rest.size() && (rest[at + 1] == '"' || rest[at + 1] == '\\')) ++at;
    value += rest[at];
  }
  return std::nullopt;
}

}  // namespace

const std::string* HeaderValue::find(std::string_view name) const {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const auto& parameter) { return parameter.first == name; });
  return found == parameters.end() ? nullptr : &found->second;
}

std::optional<HeaderValue> parse_header_value(std::string_view text) {
  HeaderValue value;
  auto rest = trim_blanks(text);
  const auto first = trim_blanks(rest.substr(0, rest.find(';')));
  const auto slash = first.find('/');
  const auto subtype = slash == std::string_view::npos ? std::string_view() : first.substr(slash + 1);
  if (!is_token(first.substr(0, slash))) return std::nullopt;
  if (slash != std::string_view::npos && !is_token(subtype)) return std::nullopt;
  value.first = ascii_lower(first);
  rest.remove_prefix(std::min(rest.size(), rest.find(';')));
  while (!rest.empty()) {
    rest = trim_blanks(rest.substr(1));  // behind the semicolon
    if (rest.empty() || rest.starts_with(';')) continue;
    const auto equals = rest.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const auto name = rest.substr(0, equals);
    if (!is_token(name)) return std::nullopt;
    rest.remove_prefix(equals + 1);
    auto parameter = take_value(rest);
    if (!parameter) return std::nullopt;
    value.parameters.emplace_back(ascii_lower(name), std::move(*parameter));
  }
  return value;
}

std::string ascii_lower(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower_of);
  return lowered;
}

bool equal_but_for_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower_of(a) == lower_of(b); });
}

std::string_view trim_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

}  // namespace annals::http
