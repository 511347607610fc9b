#include "core/time.hpp"

#include <array>
#include <cstdint>

namespace annals {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;

constexpr std::size_t kDateSize = 10;  // 2026-06-04
constexpr Timestamp kFirst = sys_days(std::chrono::year(1) / 1 / 1);
constexpr Timestamp kBehindLast = sys_days(std::chrono::year(10000) / 1 / 1);

/// Writes the last `width` digits of a number in front of `end`; gives where they begin.
char* put_digits(char* end, std::uint64_t number, int width) {
  for (; width > 0; --width, number /= 10) *--end = static_cast<char>('0' + number % 10);
  return end;
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
  std::string text;
  append_timestamp(text, at);
  return text;
}

void append_timestamp(std::string& out, Timestamp at) {
  const auto midnight = std::chrono::floor<days>(at);
  const std::chrono::year_month_day date(midnight);
  const auto of_day = static_cast<std::uint64_t>((at - midnight).count());
  const auto second = of_day / 1'000'000;
  std::array<char, 27> text;
  auto* to = text.data() + text.size();
  const auto put = [&](char behind, std::uint64_t number, int width) {
    *--to = behind;
    to = put_digits(to, number, width);
  };
  put('Z', of_day % 1'000'000, 6);
  put('.', second % 60, 2);
  put(':', second / 60 % 60, 2);
  put(':', second / 3600, 2);
  put('T', static_cast<unsigned>(date.day()), 2);
  put('-', static_cast<unsigned>(date.month()), 2);
  put('-', static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
  out.append(text.data(), text.size());
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

std::string format_day(Day day) {
  return format_timestamp(Timestamp(day.date)).substr(0, kDateSize);
}

std::optional<Day> parse_day(std::string_view text) {
  const auto time = text.size() == kDateSize ? parse_time(text) : std::nullopt;
  if (!time || !time->date_only) return std::nullopt;
  return Day{std::chrono::floor<std::chrono::days>(time->at)};
}

}  // namespace annals
