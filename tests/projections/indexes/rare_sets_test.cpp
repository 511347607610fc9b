#include "projections/indexes/rare_sets.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

#include "projections/indexes/conjunction.hpp"
#include "support/fresh_seed.hpp"

namespace annals::rare_sets_test {
namespace {

std::vector<Row> rows_of(const RareRows& rows) {
  Conjunction all;
  all.all_of(rows);
  std::vector<Row> found;
  all.append_rows(0, 0xFFFFFFFF, found);
  return found;
}

}  // namespace

TEST_CASE("sets by value hold what was added and not removed, whether few or many have a value", "[projections]") {
  const auto seed = test::fresh_seed();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  RareSets<std::uint64_t> sets;
  std::map<std::uint64_t, std::set<Row>> model;
  bool was_many = false;
  for (int step = 0; step < 40'000; ++step) {
    // Value 0 has half of all that is added; everything is taken out again towards the end.
    const std::uint64_t value = random() % 2 == 0 ? 0 : 1 + random() % 500;
    const auto row = static_cast<Row>(random() % 3000);
    const bool adds = step < 20'000 ? random() % 4 != 0 : random() % 16 == 0;
    if (adds) {
      sets.add(value, row);
      model[value].insert(row);
    } else {
      sets.remove(value, row);
      model[value].erase(row);
    }
    was_many = was_many || sets.of(0).many() != nullptr;
    if (step % 997 != 0) continue;
    for (const auto& [each, rows] : model) {
      REQUIRE(sets.of(each).count() == rows.size());
      REQUIRE(sets.of(each).rows() == std::vector<Row>(rows.begin(), rows.end()));
      REQUIRE(rows_of(sets.of(each)) == sets.of(each).rows());
    }
  }
  CHECK(was_many);
  CHECK(sets.of(501).count() == 0);
}

TEST_CASE("sets are equal when they have the same rows, however they came to hold them", "[projections]") {
  RareSets<std::uint64_t> grown;
  RareSets<std::uint64_t> shrunk;
  for (Row row = 0; row < 200; ++row) shrunk.add(7, row);
  for (Row row = 40; row < 200; ++row) shrunk.remove(7, row);
  for (Row row = 40; row-- > 0;) grown.add(7, row);
  CHECK(shrunk.of(7).many() != nullptr);
  CHECK(grown.of(7).many() == nullptr);
  CHECK(grown == shrunk);
  grown.add(8, 3);
  CHECK_FALSE(grown == shrunk);
  grown.remove(8, 3);
  CHECK(grown == shrunk);
}

}  // namespace annals::rare_sets_test
