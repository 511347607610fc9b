#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace annals {

/// UTC, microseconds since 1970.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// `2026-06-04T14:22:11.482913Z`: always UTC, always six digits.
std::string format_timestamp(Timestamp at);
/// The same, behind what is there. Of the years 0000 to 9999.
void append_timestamp(std::string& out, Timestamp at);

struct ParsedTime {
  Timestamp at;    ///< for a date: its first microsecond
  bool date_only;  ///< `2026-06-04`
};

/// An ISO 8601 date, or a date-time (`T` or space, seconds and fraction optional, `Z`, `±hh:mm`, `±hhmm`, `±hh` or
/// none, which is UTC), as Django's date-time fields read it. nullopt for anything else, and outside the years 0001 to
/// 9999.
std::optional<ParsedTime> parse_time(std::string_view text);

/// A day of the calendar, of the years 0001 to 9999.
struct Day {
  std::chrono::sys_days date{};
  constexpr auto operator<=>(const Day&) const = default;
};
std::string format_day(Day day);  ///< `2026-06-04`
std::optional<Day> parse_day(std::string_view text);

/// The last microsecond of the day that begins at `midnight`.
constexpr Timestamp end_of_day(Timestamp midnight) {
  return midnight + std::chrono::days(1) - std::chrono::microseconds(1);
}

constexpr std::int64_t micros(Timestamp at) {
  return at.time_since_epoch().count();
}
constexpr Timestamp from_micros(std::int64_t count) {
  return Timestamp(std::chrono::microseconds(count));
}

}  // namespace annals
