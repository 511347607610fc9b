#include "commands/fields/spelling.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

namespace annals {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string lowered(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

/// How many bytes of white space `text` begins with; 0: none.
std::size_t space_at_front(std::string_view text) {
  if (text.empty()) return 0;
  const auto c = static_cast<unsigned char>(text[0]);
  if ((c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20)) return 1;
  for (const std::string_view space : {"\xC2\x85", "\xC2\xA0", "\xE1\x9A\x80", "\xE2\x80\xA8", "\xE2\x80\xA9",
                                       "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"}) {
    if (text.starts_with(space)) return space.size();
  }
  const bool en_quad_to_hair_space = text.size() >= 3 && text.starts_with("\xE2\x80") &&
                                     static_cast<unsigned char>(text[2]) >= 0x80 &&
                                     static_cast<unsigned char>(text[2]) <= 0x8A;
  return en_quad_to_hair_space ? 3 : 0;
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

std::optional<std::int64_t> digits(std::string_view text) {
  std::int64_t n = 0;
  if (text.empty() || !std::ranges::all_of(text, is_digit)) return std::nullopt;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), n);
  return fault == std::errc{} && end == text.data() + text.size() ? std::optional(n) : std::nullopt;
}

/// Far over any sensible duration in days, and far under what a 64-bit count of seconds can hold.
constexpr std::int64_t kDurationPartMax = 1'000'000'000'000;

bool has_scheme(std::string_view text, std::string_view scheme) {
  return text.size() >= scheme.size() && lowered(text.substr(0, scheme.size())) == scheme;
}

bool is_host_and_port(std::string_view authority) {
  if (authority.contains('@')) return false;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    const auto address = authority.substr(1, end - 1);
    if (address.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) return false;
    authority.remove_prefix(end + 1);
    return authority.empty() || (authority[0] == ':' && std::ranges::all_of(authority.substr(1), is_digit));
  }
  const auto colon = authority.find(':');
  const auto host = authority.substr(0, colon);
  if (host.empty() || host.find_first_of("%[]") != std::string_view::npos) return false;
  return colon == std::string_view::npos || std::ranges::all_of(authority.substr(colon + 1), is_digit);
}

}  // namespace

std::string_view stripped(std::string_view text) {
  while (const auto space = space_at_front(text)) text.remove_prefix(space);
  while (!text.empty()) {
    auto last = text.size() - 1;
    while (last > 0 && is_continuation(text[last])) --last;
    if (space_at_front(text.substr(last)) != text.size() - last) break;
    text.remove_suffix(text.size() - last);
  }
  return text;
}

std::optional<std::int64_t> spelt_integer(std::string_view text) {
  text = stripped(text);
  if (const auto point = text.find('.'); point != std::string_view::npos) {
    if (text.find_first_not_of('0', point + 1) != std::string_view::npos) return std::nullopt;
    text = text.substr(0, point);
  }
  const bool negative = text.starts_with('-');
  const auto number = negative || text.starts_with('+') ? text.substr(1) : text;
  if (number.empty() || !std::ranges::all_of(number, is_digit)) return std::nullopt;
  if (!negative) text = number;
  std::int64_t n = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), n);
  return fault == std::errc{} && end == text.data() + text.size() ? std::optional(n) : std::nullopt;
}

std::optional<bool> spelt_boolean(std::string_view text) {
  constexpr std::array<std::string_view, 6> kTrue{"true", "t", "yes", "y", "on", "1"};
  constexpr std::array<std::string_view, 6> kFalse{"false", "f", "no", "n", "off", "0"};
  const auto word = lowered(text);
  if (std::ranges::find(kTrue, word) != kTrue.end()) return true;
  if (std::ranges::find(kFalse, word) != kFalse.end()) return false;
  return std::nullopt;
}

std::optional<std::chrono::seconds> spelt_duration(std::string_view text) {
  text = stripped(text);
  std::int64_t days = 0;
  if (const auto space = text.find(' '); space != std::string_view::npos) {
    const auto count = digits(text.substr(0, space));
    if (!count) return std::nullopt;
    days = *count;
    text = text.substr(space + 1);
  }
  std::vector<std::int64_t> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const auto colon = std::min(text.find(':', from), text.size());
    const auto part = digits(text.substr(from, colon - from));
    if (!part || *part > kDurationPartMax || parts.size() == 3) return std::nullopt;
    parts.push_back(*part);
    from = colon + 1;
  }
  if (days > kDurationPartMax) return std::nullopt;
  std::int64_t seconds = 0;
  for (const auto part : parts) seconds = seconds * 60 + part;
  return std::chrono::seconds(days * 86'400 + seconds);
}

bool is_slug(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-'; });
}

bool is_color(std::string_view text) {
  const auto is_hexadecimal = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); };
  return text.size() == 7 && text.front() == '#' && std::ranges::all_of(text.substr(1), is_hexadecimal);
}

bool is_redirect_target(std::string_view text) {
  // A browser takes a backslash for a slash and drops control characters: both could hide where the host ends.
  const auto unsafe = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '\\'; };
  if (std::ranges::any_of(text, unsafe)) return false;
  std::size_t from = 0;
  if (has_scheme(text, "http://")) from = 7;
  if (has_scheme(text, "https://")) from = 8;
  if (from == 0) return false;
  const auto end = std::min(text.find_first_of("/?#", from), text.size());
  return is_host_and_port(text.substr(from, end - from));
}

}  // namespace annals
