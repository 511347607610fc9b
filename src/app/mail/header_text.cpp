#include "app/mail/header_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base64.hpp"

namespace annals {
namespace {

/// So that a header of one line keeps to 78 characters.
constexpr std::size_t kPlainMax = 60;
/// Bytes in one encoded word: a line with one may have 76 characters, its header's name included.
constexpr std::size_t kWordBytes = 39;

std::string without_controls(std::string_view text) {
  std::string clean(text);
  std::ranges::replace_if(clean, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return clean;
}

bool is_plain(std::string_view text) {
  return text.size() <= kPlainMax && !text.contains("=?") && !text.starts_with(' ') && !text.ends_with(' ') &&
         std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool continues_code_point(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// None of them cuts a code point.
std::string encoded_words(std::string_view text) {
  std::string words;
  while (!text.empty()) {
    auto length = std::min(kWordBytes, text.size());
    while (length > 1 && length < text.size() && continues_code_point(text[length])) --length;
    if (!words.empty()) words += "\r\n ";
    words += "=?UTF-8?B?" + to_base64(text.substr(0, length)) + "?=";
    text.remove_prefix(length);
  }
  return words;
}

}  // namespace

std::string header_text(std::string_view text) {
  auto clean = without_controls(text);
  return is_plain(clean) ? clean : encoded_words(clean);
}

std::string header_phrase(std::string_view text) {
  const auto clean = without_controls(text);
  if (!is_plain(clean)) return encoded_words(clean);
  std::string quoted = "\"";
  for (const char c : clean) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted += '"';
}

std::string header_date(Timestamp at) {
  constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto midnight = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - midnight));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", kDays[std::chrono::weekday(midnight).c_encoding()],
                     static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
                     time.seconds().count());
}

}  // namespace annals
