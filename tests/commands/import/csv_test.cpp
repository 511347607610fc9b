#include "commands/import/csv.hpp"

#include <catch2/catch.hpp>

namespace annals::csv_test {
namespace {

using Fields = std::vector<std::string>;

Fields fields(std::string_view record, char delimiter = ',') {
  const auto read = csv_fields(record, delimiter);
  INFO(record);
  REQUIRE(read.has_value());
  return *read;
}

}  // namespace

TEST_CASE("a record of CSV is cut into its fields", "[commands]") {
  CHECK(fields("a,b,c") == Fields{"a", "b", "c"});
  CHECK(fields("") == Fields{""});
  CHECK(fields(",") == Fields{"", ""});
  CHECK(fields("a,,c,") == Fields{"a", "", "c", ""});
  CHECK(fields(" a , b") == Fields{" a ", " b"});
  CHECK(fields("a;b,c", ';') == Fields{"a", "b,c"});
  CHECK(fields("a\tb c", '\t') == Fields{"a", "b c"});
}

TEST_CASE("quotes keep delimiters, line ends and doubled quotes together", "[commands]") {
  CHECK(fields(R"("a,b",c)") == Fields{"a,b", "c"});
  CHECK(fields("\"a\r\nb\",c") == Fields{"a\r\nb", "c"});
  CHECK(fields(R"("say ""hi""","")") == Fields{"say \"hi\"", ""});
  CHECK(fields(R"("""")") == Fields{"\""});
  CHECK(fields(R"(,"")") == Fields{"", ""});
  CHECK(fields(R"(5" tube,a"b"c)") == Fields{"5\" tube", "a\"b\"c"});
  CHECK(fields(R"( "a",b)") == Fields{" \"a\"", "b"});
}

TEST_CASE("quotes that do not match are said to be so", "[commands]") {
  CHECK(csv_fields(R"(a,"b)", ',').error() == "A quoted field is not closed.");
  CHECK(csv_fields(R"("a""b)", ',').error() == "A quoted field is not closed.");
  CHECK(csv_fields(R"("a"b,c)", ',').error() == "Something follows a closing quote.");
  CHECK(csv_fields(R"("a" ,c)", ',').error() == "Something follows a closing quote.");
}

TEST_CASE("the header shows which delimiter there is", "[commands]") {
  CHECK(csv_delimiter_of("name") == ',');
  CHECK(csv_delimiter_of("name,owner") == ',');
  CHECK(csv_delimiter_of("name;owner,or user;job_title") == ';');
  CHECK(csv_delimiter_of("name\towner") == '\t');
  CHECK(csv_delimiter_of(R"("name,full,as,written";owner)") == ';');
  CHECK(csv_delimiter_of("a,b;c") == ',');
}

}  // namespace annals::csv_test
