#include "core/json.hpp"

#include <catch2/catch.hpp>

namespace annals::json_test {
namespace {

std::string minified(std::string_view source) {
  const auto parsed = parse_json(source);
  return parsed ? parsed->text : "refused: " + parsed.error();
}

bool refused(std::string_view source) {
  return !parse_json(source).has_value();
}

std::string nested(int levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

}  // namespace

TEST_CASE("JSON keeps its source text but for white space", "[core][json]") {
  CHECK(minified(" { \"b\" : 1.50 , \"a\" : [ true , null ] } ") == R"({"b":1.50,"a":[true,null]})");
  CHECK(minified(R"("\u00e9 \/ \n é  two spaces")") == R"("\u00e9 \/ \n é  two spaces")");
  CHECK(minified("-0") == "-0");
  CHECK(minified("1E+2") == "1E+2");
  CHECK(minified("\"\"") == "\"\"");
}

TEST_CASE("what is no JSON is refused", "[core][json]") {
  for (const auto* text :
       {"",   " ",   "{",     "[1,]",   "{\"a\":}", "{a:1}",     "'a'", "nul", "01",  "1.",          ".5",
        "+1", "1 2", "{} {}", "\"\n\"", "\"\\x\"",  "\"\\u12\"", "NaN", "[1}", "\"a", "\xEF\xBB\xBF"}) {
    CAPTURE(text);
    CHECK(refused(text));
  }
  CHECK(refused(std::string_view("\"a\0b\"", 5)));
  CHECK(refused(std::string_view("1\0", 2)));
}

TEST_CASE("bytes that are not UTF-8 are refused", "[core][json]") {
  for (const auto* text : {"\"\xFF\"", "\"\xC0\x80\"", "\"\xED\xA0\x80\"", "\"\xF4\x90\x80\x80\"", "\"\xE2\x82\""}) {
    CHECK(refused(text));
  }
}

TEST_CASE("surrogates stand in pairs", "[core][json]") {
  CHECK(minified(R"("\ud83d\ude00")") == R"("\ud83d\ude00")");
  CHECK(json_string(R"("\ud83d\ude00")") == "\xF0\x9F\x98\x80");
  for (const auto* text : {R"("\ud83d")", R"("\ude00")", R"("\ud83dx\ude00")", R"("\ud83d\u0041")", R"("\ude00\ud83d")",
                           R"({"\ud83d":1})"}) {
    CAPTURE(text);
    CHECK(refused(text));
  }
  CHECK(minified(R"("\\ud83d")") == R"("\\ud83d")");
}

TEST_CASE("keys are unique by what they mean, at every level", "[core][json]") {
  CHECK(refused(R"({"a":1,"a":2})"));
  CHECK(refused(R"({"a":1,"\u0061":2})"));
  CHECK(refused(R"([{"x":{"a":1,"b":2,"a":3}}])"));
  CHECK_FALSE(refused(R"({"a":{"a":1},"b":{"a":2}})"));
}

TEST_CASE("nesting ends at 64 levels", "[core][json]") {
  CHECK_FALSE(refused(nested(64)));
  CHECK(minified(nested(65)) == "refused: nested more than 64 levels deep");
  CHECK(refused(nested(100'000)));
  CHECK(refused(std::string(100'000, '[')));
}

TEST_CASE("integers are within 64 bits, other numbers within double", "[core][json]") {
  CHECK(minified("9223372036854775807") == "9223372036854775807");
  CHECK(minified("-9223372036854775808") == "-9223372036854775808");
  CHECK(refused("9223372036854775808"));
  CHECK(refused("18446744073709551616"));
  CHECK(refused("-9223372036854775809"));
  CHECK(minified("1.7976931348623157e308") == "1.7976931348623157e308");
  CHECK(refused("1e309"));
}

TEST_CASE("kinds are told by the text", "[core][json]") {
  CHECK(json_kind("null") == JsonKind::null);
  CHECK(json_kind("true") == JsonKind::boolean);
  CHECK(json_kind("false") == JsonKind::boolean);
  CHECK(json_kind("-12") == JsonKind::integer);
  CHECK(json_kind("1e2") == JsonKind::real);
  CHECK(json_kind("1.0") == JsonKind::real);
  CHECK(json_kind("\"1\"") == JsonKind::string);
  CHECK(json_kind("[]") == JsonKind::array);
  CHECK(json_kind("{}") == JsonKind::object);
}

TEST_CASE("members and elements are found whatever stands in them", "[core][json]") {
  using Members = std::vector<std::pair<std::string, std::string_view>>;
  CHECK(json_members("{}") == Members{});
  CHECK(json_members(R"({"a":"},{","b\"":[1,{"c":2}],"\u0063":-1,"d":{}})") ==
        Members{{"a", R"("},{")"}, {"b\"", R"([1,{"c":2}])"}, {"c", "-1"}, {"d", "{}"}});
  CHECK(json_elements("[]").empty());
  CHECK(json_elements(R"(["],[",[[]],{"a":[1,2]},"\\",null])") ==
        std::vector<std::string_view>{R"("],[")", "[[]]", R"({"a":[1,2]})", R"("\\")", "null"});
}

TEST_CASE("strings are quoted so that reading gives them back", "[core][json]") {
  std::string all;
  for (char c = 0; c < 127; ++c) all += c;
  all += "é€\xF0\x9F\x98\x80";
  const auto quoted = quote_json(all);
  CHECK(json_string(quoted) == all);
  CHECK(minified(quoted) == quoted);
  CHECK(quote_json("a\"b\\c\n\x01/é") == R"("a\"b\\c\n\u0001/é")");
}

TEST_CASE("UTF-8 is checked and counted by code points", "[core][json]") {
  CHECK(is_utf8("é€\xF0\x9F\x98\x80"));
  CHECK_FALSE(is_utf8("\xC3"));
  CHECK_FALSE(is_utf8("\xED\xA0\x80"));
  CHECK(count_code_points("aé€\xF0\x9F\x98\x80") == 4);
  CHECK(count_code_points("") == 0);
}

}  // namespace annals::json_test
