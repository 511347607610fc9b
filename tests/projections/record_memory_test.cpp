#include "projections/record_memory.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>

namespace annals::record_memory_test {
namespace {

using Parts = std::array<std::string_view, 3>;

Parts parts_in(const RecordMemory& memory, Row row) {
  Parts parts;
  memory.read(row, parts);
  return parts;
}

}  // namespace

TEST_CASE("the parts of a record are read back as they were put, of any length", "[projections]") {
  RecordBudget budget(1 << 20);
  RecordMemory memory(budget);
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::map<Row, std::array<std::string, 3>> model;
  for (Row row = 0; row < 50; ++row) memory.push_back();
  for (int step = 0; step < 2000; ++step) {
    const auto row = static_cast<Row>(random() % 50);
    if (random() % 4 == 0) {
      memory.drop(row);
      model.erase(row);
    } else {
      auto& texts = model[row];
      for (auto& text : texts)
        text.assign(random() % 3 == 0 ? 254 + random() % 3 : random() % 9, 'a' + char(random() % 26));
      memory.put(row, Parts{texts[0], texts[1], texts[2]});
    }
    REQUIRE(memory.holds(row) == model.contains(row));
  }
  for (const auto& [row, texts] : model) CHECK(parts_in(memory, row) == Parts{texts[0], texts[1], texts[2]});
  CHECK(budget.used == memory.bytes());
  for (Row row = 0; row < 50; ++row) memory.drop(row);
  CHECK(budget.used == 0);
}

TEST_CASE("parts may be put together from those that the record has", "[projections]") {
  RecordBudget budget(1 << 20);
  RecordMemory memory(budget);
  memory.push_back();
  memory.put(0, Parts{"first", "second", "third"});
  auto parts = parts_in(memory, 0);
  parts[1] = "changed";
  memory.put(0, parts);
  CHECK(parts_in(memory, 0) == Parts{"first", "changed", "third"});
}

TEST_CASE("a record of which only some parts are kept is not held, and takes its room from those that are",
          "[projections]") {
  RecordBudget budget(1 << 20);
  RecordMemory memory(budget);
  memory.push_back();
  memory.put(0, Parts{"first", "second", "third"});
  CHECK(memory.holds(0));
  CHECK(budget.used > 0);
  memory.put_some(0, Parts{"first", "", ""});
  CHECK(memory.has(0));
  CHECK_FALSE(memory.holds(0));
  CHECK(parts_in(memory, 0) == Parts{"first", "", ""});
  CHECK(budget.used == 0);
  CHECK(budget.kept > 0);
  CHECK_FALSE(budget.has_room(budget.limit));
  CHECK(budget.has_room(budget.limit - budget.kept));
  memory.drop(0);
  CHECK_FALSE(memory.has(0));
  CHECK(budget.used == 0);
  CHECK(budget.kept == 0);
}

TEST_CASE("whole records have half of the budget, whatever must be kept of others", "[projections]") {
  RecordBudget budget(1000);
  budget.kept = 5000;
  budget.used = 500;
  CHECK(budget.over() == 0);
  budget.used = 507;
  CHECK(budget.over() == 7);
}

TEST_CASE("a budget of nothing keeps no record", "[projections]") {
  RecordBudget budget(0);
  const RecordMemory memory(budget);
  CHECK(memory.oldest() == 0xFFFFFFFF);
  CHECK_FALSE(memory.has_room(0));
}

}  // namespace annals::record_memory_test
