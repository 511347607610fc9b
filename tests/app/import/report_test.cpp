#include "app/import/report.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/json.hpp"

namespace annals::test::report_test {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("the rejects' file holds each line with its number, its errors and its text, whatever bytes that has",
          "[app]") {
  const auto path = std::filesystem::temp_directory_path() / ("annals-rejects-" + std::to_string(std::rand()));
  {
    auto report = ImportReport::open(path.string());
    REQUIRE(report.has_value());
    CHECK(report->wants_texts());
    report->rejected(3, R"({"name":["No."]})", "a,\"b\nc\"");
    report->rejected(9, R"({"name":[]})", "\xC3\xA4\xFF\xC3");
  }
  CHECK(text_of(path) ==
        "{\"line\":3,\"errors\":{\"name\":[\"No.\"]},\"text\":\"a,\\\"b\\nc\\\"\"}\n"
        "{\"line\":9,\"errors\":{\"name\":[]},\"text\":\"\xC3\xA4\xEF\xBF\xBD\xEF\xBF\xBD\"}\n");
  std::filesystem::remove(path);
  CHECK_FALSE(ImportReport::open("/no/such/folder/rejects").has_value());
}

TEST_CASE("what was read is described in a line", "[app]") {
  auto reader = RecordReader::open(source_of("name,Colour,address\nA,red,\n"), {});
  REQUIRE(reader.has_value());
  CHECK(description_of(*reader, "f.csv") ==
        "f.csv was read as CSV; records that do not say otherwise are organizations; ignored: colour");
  auto persons = RecordReader::open(source_of("{\"name\":\"A\"}\n"), {});
  REQUIRE(persons.has_value());
  CHECK(description_of(*persons, "f") == "f was read as NDJSON; records that do not say otherwise are persons");
}

}  // namespace annals::test::report_test
