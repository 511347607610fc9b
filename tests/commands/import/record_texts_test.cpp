#include "commands/import/record_texts.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

namespace annals::record_texts_test {
namespace {

struct Given {
  std::uint64_t line;
  std::string text;
  bool too_long = false;
  bool operator==(const Given&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Given& given) {
  return out << given.line << ':' << given.text << (given.too_long ? " (too long)" : "");
}

/// The same bytes, at most `step` at a time.
ByteSource in_steps(std::string text, std::size_t step) {
  return [text = std::move(text), step](char* to, std::size_t size) mutable {
    const auto count = text.copy(to, std::min(size, step));
    text.erase(0, count);
    return count;
  };
}

std::vector<Given> all(RecordTexts texts) {
  std::vector<Given> given;
  while (const auto record = texts.next()) given.push_back({record->line, std::string(record->text), record->too_long});
  return given;
}

std::vector<Given> read(const std::string& text, bool csv, std::size_t bytes_max = kRecordBytesMax) {
  std::vector<Given> whole;
  for (const std::size_t step : {100'000u, 1u, 7u}) {
    RecordTexts texts(in_steps(text, step), bytes_max);
    if (csv) texts.expect_csv(',');
    auto given = all(std::move(texts));
    if (whole.empty()) whole = given;
    INFO("in steps of " << step);
    CHECK(given == whole);
  }
  return whole;
}

std::vector<Given> lines(const std::string& text, std::size_t bytes_max = kRecordBytesMax) {
  return read(text, false, bytes_max);
}
std::vector<Given> csv(const std::string& text, std::size_t bytes_max = kRecordBytesMax) {
  return read(text, true, bytes_max);
}

using Records = std::vector<Given>;

}  // namespace

TEST_CASE("lines are given with their numbers and without their ends", "[commands]") {
  CHECK(lines("a\nb\r\n\nc") == Records{{1, "a"}, {2, "b"}, {3, ""}, {4, "c"}});
  CHECK(lines("a\n") == Records{{1, "a"}});
  CHECK(lines("").empty());
  CHECK(lines("\xEF\xBB\xBF"
              "a\n\"b\nc\"") == Records{{1, "a"}, {2, "\"b"}, {3, "c\""}});
  CHECK(lines("\xEF\xBB\xBF").empty());
}

TEST_CASE("a record of CSV goes over the line ends in its quotes", "[commands]") {
  CHECK(csv("a,\"b\nc\"\r\nd,e\n") == Records{{1, "a,\"b\nc\""}, {3, "d,e"}});
  CHECK(csv("\"a\"\"\n\"\nb\n") == Records{{1, "\"a\"\"\n\""}, {3, "b"}});
  CHECK(csv("a\"b\nc\n") == Records{{1, "a\"b"}, {2, "c"}});
  CHECK(csv("\"a\"b\nc\n") == Records{{1, "\"a\"b"}, {2, "c"}});
}

TEST_CASE("a quote that is never closed costs its line, not the rest of the file", "[commands]") {
  CHECK(csv("a,\"b\nc,d\ne,f\n") == Records{{1, "a,\"b"}, {2, "c,d"}, {3, "e,f"}});
  CHECK(csv("a,\"b") == Records{{1, "a,\"b"}});
  CHECK(csv("\"ab\nc,d\ne,f\ng,h\n", 8) == Records{{1, "\"ab"}, {2, "c,d"}, {3, "e,f"}, {4, "g,h"}});
}

TEST_CASE("of a line over the limit the beginning is given, and reading goes on behind it", "[commands]") {
  CHECK(lines("abcdef\ngh\n", 6) == Records{{1, "abcdef"}, {2, "gh"}});
  CHECK(lines("abcdefg\nhi\n", 6) == Records{{1, "abcdef", true}, {2, "hi"}});
  CHECK(lines("abcdefg", 6) == Records{{1, "abcdef", true}});
  const std::string long_line(3'000, 'x');
  const auto given = lines("a\n" + long_line + "\nb\n", 2'000);
  REQUIRE(given.size() == 3);
  CHECK(given[1] == Given{2, std::string(1024, 'x'), true});
  CHECK(given[2] == Given{3, "b"});
  CHECK(csv("a,bcdefg\nhi\n", 6) == Records{{1, "a,bcde", true}, {2, "hi"}});
}

TEST_CASE("how much was consumed grows with the records given", "[commands]") {
  RecordTexts texts(
      source_of("\xEF\xBB\xBF"
                "ab\ncde\nf"));
  CHECK(texts.first_line() == "ab");
  CHECK(texts.bytes_consumed() == 3);
  std::vector<std::uint64_t> consumed;
  while (texts.next()) consumed.push_back(texts.bytes_consumed());
  CHECK(consumed == std::vector<std::uint64_t>{6, 10, 11});
}

}  // namespace annals::record_texts_test
