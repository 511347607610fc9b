#include "core/time.hpp"

#include <catch2/catch.hpp>

namespace annals::time_test {
namespace {

std::string reprint(std::string_view text) {
  const auto parsed = parse_time(text);
  return parsed ? format_timestamp(parsed->at) : "refused";
}

}  // namespace

TEST_CASE("timestamps are printed in UTC with six digits", "[core][time]") {
  CHECK(format_timestamp(from_micros(0)) == "1970-01-01T00:00:00.000000Z");
  CHECK(format_timestamp(from_micros(1'780'582'931'482'913)) == "2026-06-04T14:22:11.482913Z");
  CHECK(format_timestamp(from_micros(-1)) == "1969-12-31T23:59:59.999999Z");
  std::string behind = "at ";
  append_timestamp(behind, parse_time("0001-02-03T04:05:06.000078Z")->at);
  append_timestamp(behind, parse_time("9999-12-31T23:59:59.999999Z")->at);
  CHECK(behind == "at 0001-02-03T04:05:06.000078Z9999-12-31T23:59:59.999999Z");
}

TEST_CASE("date-times are read in their many forms", "[core][time]") {
  CHECK(reprint("2026-06-04T14:22:11.482913Z") == "2026-06-04T14:22:11.482913Z");
  CHECK(reprint("2026-06-04 14:22:11") == "2026-06-04T14:22:11.000000Z");
  CHECK(reprint("2026-06-04t14:22z") == "2026-06-04T14:22:00.000000Z");
  CHECK(reprint("2026-06-04T14:22:11.5+02:00") == "2026-06-04T12:22:11.500000Z");
  CHECK(reprint("2026-06-04T14:22:11-0130") == "2026-06-04T15:52:11.000000Z");
  CHECK(reprint("2026-06-04T14:22:11,1234567+05") == "2026-06-04T09:22:11.123456Z");
  CHECK(reprint("2024-02-29T00:00:00Z") == "2024-02-29T00:00:00.000000Z");
}

TEST_CASE("a date stands for its first microsecond, and its day ends with its last", "[core][time]") {
  const auto date = parse_time("2026-06-04");
  REQUIRE(date);
  CHECK(date->date_only);
  CHECK(format_timestamp(date->at) == "2026-06-04T00:00:00.000000Z");
  CHECK(format_timestamp(end_of_day(date->at)) == "2026-06-04T23:59:59.999999Z");
  CHECK_FALSE(parse_time("2026-06-04T00:00")->date_only);
}

TEST_CASE("what is no time is refused", "[core][time]") {
  for (const auto* text : {"",
                           "2026",
                           "2026-06",
                           "2026-6-4",
                           "2026-13-01",
                           "2026-00-01",
                           "2026-06-31",
                           "2023-02-29",
                           "0000-01-01",
                           "2026-06-04T",
                           "2026-06-04T14",
                           "2026-06-04T24:00",
                           "2026-06-04T14:60",
                           "2026-06-04T14:22:60",
                           "2026-06-04T14:22:11.",
                           "2026-06-04T14:22:11+24:00",
                           "2026-06-04T14:22:11+05:60",
                           "2026-06-04T14:22:11Zx",
                           "2026-06-04T14:22:11 ",
                           " 2026-06-04",
                           "26-06-04",
                           "2026-06-04X14:22",
                           "2026-06-04T14:22+"}) {
    CAPTURE(text);
    CHECK(parse_time(text) == std::nullopt);
  }
}

TEST_CASE("an offset may not lead out of the years 0001 to 9999", "[core][time]") {
  CHECK(reprint("0001-01-01T00:00:00Z") == "0001-01-01T00:00:00.000000Z");
  CHECK(reprint("9999-12-31T23:59:59.999999Z") == "9999-12-31T23:59:59.999999Z");
  CHECK(reprint("0001-01-01T00:00:00+01:00") == "refused");
  CHECK(reprint("9999-12-31T23:59:59-01:00") == "refused");
}

}  // namespace annals::time_test
