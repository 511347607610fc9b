#include "core/csv_guard.hpp"

#include <catch2/catch.hpp>
#include <vector>

namespace annals::csv_guard_test {

TEST_CASE("a cell that a spreadsheet would take for a formula begins with an apostrophe", "[core][csv]") {
  for (const std::string cell : {"=1+1", "+49 30", "-5", "@SUM(A1)", "\tx", "\rx", "'=1", "''-"}) {
    INFO(cell);
    CHECK(guarded(cell) == "'" + cell);
  }
  for (const std::string cell : {"", "a=b", "Ada", " =1", "'Ada", "''", "5-3"}) {
    INFO(cell);
    CHECK(guarded(cell) == cell);
    CHECK(unguarded(cell) == cell);
  }
}

TEST_CASE("every guarded cell can be had back", "[core][csv]") {
  const std::string_view letters = "'=-a";
  std::vector<std::string> cells{""};
  for (std::size_t at = 0; cells[at].size() < 5; ++at) {
    for (const char letter : letters) cells.push_back(cells[at] + letter);
  }
  for (const auto& cell : cells) {
    INFO(cell);
    REQUIRE(unguarded(guarded(cell)) == cell);
  }
}

}  // namespace annals::csv_guard_test
