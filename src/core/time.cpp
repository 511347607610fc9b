#include "core/time.hpp"

#include <array>
#include <charconv>
#include <cstdint>

namespace annals {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;

constexpr Timestamp kFirst = sys_days(std::chrono::year(1) / 1 / 1);
constexpr Timestamp kBehindLast = sys_days(std::chrono::year(10000) / 1 / 1);

void append_padded(std::string& out, std::int64_t number, int width) {
  std::array<char, 20> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  for (auto missing = width - (end - digits.data()); missing > 0; --missing) out += '0';
  out.append(digits.data(), end);
}

/// Reads from the front of a text; every step says whether what it asked for stood there.
struct Scanner {
  std::string_view rest;

  bool take(char c) {
    if (rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
  }
  std::optional<int> digits(std::size_t count) {
    if (rest.size() < count) return std::nullopt;
    int number = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest[i] < '0' || rest[i] > '9') return std::nullopt;
      number = number * 10 + (rest[i] - '0');
    }
    rest.remove_prefix(count);
    return number;
  }
};

std::optional<sys_days> scan_date(Scanner& scan) {
  const auto year = scan.digits(4);
  if (!year || !scan.take('-')) return std::nullopt;
  const auto month = scan.digits(2);
  if (!month || !scan.take('-')) return std::nullopt;
  const auto day = scan.digits(2);
  if (!day || *year == 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return sys_days(date);
}

std::optional<microseconds> scan_fraction(Scanner& scan) {
  std::int64_t fraction = 0;
  int digits = 0;
  for (; !scan.rest.empty() && scan.rest.front() >= '0' && scan.rest.front() <= '9'; scan.rest.remove_prefix(1)) {
    if (digits < 6) fraction = fraction * 10 + (scan.rest.front() - '0');
    ++digits;
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 6; ++digits) fraction *= 10;
  return microseconds(fraction);
}

std::optional<microseconds> scan_clock(Scanner& scan) {
  const auto hour = scan.digits(2);
  if (!hour || *hour > 23 || !scan.take(':')) return std::nullopt;
  const auto minute = scan.digits(2);
  if (!minute || *minute > 59) return std::nullopt;
  microseconds since_midnight = hours(*hour) + minutes(*minute);
  if (!scan.take(':')) return since_midnight;
  const auto second = scan.digits(2);
  if (!second || *second > 59) return std::nullopt;
  since_midnight += seconds(*second);
  if (scan.take('.') || scan.take(',')) {
    const auto fraction = scan_fraction(scan);
    if (!fraction) return std::nullopt;
    since_midnight += *fraction;
  }
  return since_midnight;
}

std::optional<minutes> scan_offset(Scanner& scan) {
  if (scan.rest.empty() || scan.take('Z') || scan.take('z')) return minutes(0);
  const bool behind = scan.take('-');
  if (!behind && !scan.take('+')) return std::nullopt;
  const auto hour = scan.digits(2);
  if (!hour || *hour > 23) return std::nullopt;
  minutes offset = hours(*hour);
  if (!scan.rest.empty()) {
    scan.take(':');
    const auto minute = scan.digits(2);
    if (!minute || *minute > 59) return std::nullopt;
    offset += minutes(*minute);
  }
  return behind ? -offset : offset;
}

}  // namespace

std::string format_timestamp(Timestamp at) {
  const auto midnight = std::chrono::floor<days>(at);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(at - midnight);
  std::string text;
  text.reserve(27);
  append_padded(text, static_cast<int>(date.year()), 4);
  text += '-';
  append_padded(text, static_cast<unsigned>(date.month()), 2);
  text += '-';
  append_padded(text, static_cast<unsigned>(date.day()), 2);
  text += 'T';
  append_padded(text, clock.hours().count(), 2);
  text += ':';
  append_padded(text, clock.minutes().count(), 2);
  text += ':';
  append_padded(text, clock.seconds().count(), 2);
  text += '.';
  append_padded(text, clock.subseconds().count(), 6);
  text += 'Z';
  return text;
}

std::optional<ParsedTime> parse_time(std::string_view text) {
  Scanner scan{text};
  const auto date = scan_date(scan);
  if (!date) return std::nullopt;
  if (scan.rest.empty()) return ParsedTime{*date, true};
  if (!scan.take('T') && !scan.take('t') && !scan.take(' ')) return std::nullopt;
  const auto clock = scan_clock(scan);
  if (!clock) return std::nullopt;
  const auto offset = scan_offset(scan);
  if (!offset || !scan.rest.empty()) return std::nullopt;
  const Timestamp at = *date + *clock - *offset;
  if (at < kFirst || at >= kBehindLast) return std::nullopt;
  return ParsedTime{at, false};
}

}  // namespace annals
