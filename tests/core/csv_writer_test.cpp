#include "core/csv_writer.hpp"

#include <catch2/catch.hpp>

namespace annals::csv_writer_test {
namespace {

std::string field(std::string_view text) {
  std::string out = "before,";
  append_csv_field(out, text);
  return out.substr(7);
}

}  // namespace

TEST_CASE("a CSV field is quoted only where it has to be", "[core][csv]") {
  CHECK(field("").empty());
  CHECK(field("Ada Lovelace") == "Ada Lovelace");
  CHECK(field(" ö;\t'") == " ö;\t'");
  CHECK(field("Lovelace, Ada") == "\"Lovelace, Ada\"");
  CHECK(field("the \"first\"") == "\"the \"\"first\"\"\"");
  CHECK(field("\"") == "\"\"\"\"");
  CHECK(field("two\nlines") == "\"two\nlines\"");
  CHECK(field("two\rlines") == "\"two\rlines\"");
}

}  // namespace annals::csv_writer_test
