#include "projections/indexes/row_set.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "projections/indexes/conjunction.hpp"

namespace annals::row_set_test {
namespace {

std::vector<Row> rows_of(const RowSet& set) {
  Conjunction all;
  all.all_of(set);
  std::vector<Row> rows;
  all.append_rows(0, 0xFFFFFFFF, rows);
  return rows;
}

/// Rows of up to three chunks, each with this probability.
std::set<Row> random_rows(std::mt19937& random, double probability) {
  std::set<Row> rows;
  std::geometric_distribution<Row> gap(probability);
  for (Row row = gap(random); row < 3 * kChunkRows - 1000; row += 1 + gap(random)) rows.insert(row);
  return rows;
}

RowSet set_of(const std::set<Row>& rows) {
  RowSet set;
  for (const auto row : rows) set.add(row);
  return set;
}

std::vector<Row> page_of(const std::vector<Row>& rows, std::size_t skip, std::size_t take, bool highest_first) {
  std::vector<Row> page;
  for (auto at = skip; at < std::min(skip + take, rows.size()); ++at) {
    page.push_back(highest_first ? rows[rows.size() - 1 - at] : rows[at]);
  }
  return page;
}

}  // namespace

TEST_CASE("a set of rows holds what was added and not removed, few or many", "[projections]") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  RowSet set;
  std::set<Row> model;
  bool was_dense = false;
  bool was_sparse_again = false;
  // Grows to many, shrinks to few.
  for (int step = 0; step < 60'000; ++step) {
    const bool grow = step < 30'000 || random() % 8 == 0;
    const auto row = static_cast<Row>(random() % 200'000);
    if (grow) {
      set.add(row);
      model.insert(row);
    } else {
      const auto at = model.lower_bound(row);
      const auto gone = at == model.end() ? row : *at;
      set.remove(gone);
      model.erase(gone);
    }
    was_dense = was_dense || set.is_dense();
    was_sparse_again = was_sparse_again || (was_dense && !set.is_dense());
    REQUIRE(set.count() == model.size());
  }
  CHECK(was_dense);
  while (!model.empty()) {
    set.remove(*model.begin());
    model.erase(model.begin());
    if (model.size() % 1000 == 0) REQUIRE(rows_of(set) == std::vector<Row>(model.begin(), model.end()));
    was_sparse_again = was_sparse_again || !set.is_dense();
  }
  CHECK(was_sparse_again);
  CHECK(set == RowSet());
}

TEST_CASE("sets of rows taken together hold the rows of both, however each is held", "[projections]") {
  std::mt19937 random(7);
  for (const double left : {0.0001, 0.3}) {
    for (const double right : {0.0001, 0.3}) {
      auto rows = random_rows(random, left);
      const auto others = random_rows(random, right);
      auto set = set_of(rows);
      set.take(set_of(others));
      rows.insert(others.begin(), others.end());
      CHECK(set.count() == rows.size());
      CHECK(rows_of(set) == std::vector<Row>(rows.begin(), rows.end()));
      CHECK(set == set_of(rows));
    }
  }
}

TEST_CASE("a conjunction counts and finds what a naive reader finds, dense or sparse, in any range", "[projections]") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const std::vector<double> densities{0.9, 0.4, 0.02, 0.001};
  for (int round = 0; round < 40; ++round) {
    const auto count = 1 + random() % 3;
    std::vector<RowSet> sets;
    std::vector<std::set<Row>> models;
    for (std::size_t at = 0; at < count; ++at) {
      models.push_back(random_rows(random, densities[random() % densities.size()]));
      sets.push_back(set_of(models.back()));
    }
    Conjunction all;
    for (const auto& set : sets) all.all_of(set);
    Row from = 0;
    Row until = 3 * kChunkRows;
    if (random() % 2 == 0) all.from(from = static_cast<Row>(random() % (2 * kChunkRows)));
    if (random() % 2 == 0) all.until(until = from + static_cast<Row>(random() % kChunkRows));
    std::vector<Row> expected;
    for (const auto row : models.front()) {
      const bool everywhere =
          std::all_of(models.begin(), models.end(), [&](const auto& one) { return one.contains(row); });
      if (everywhere && row >= from && row < until) expected.push_back(row);
    }
    const Matches matches(all);
    REQUIRE(matches.count() == expected.size());
    REQUIRE(all.count_max() >= expected.size());
    std::vector<Row> rows;
    all.append_rows(0, 0xFFFFFFFF, rows);
    REQUIRE(rows == expected);
    for (const auto row : {Row{0}, from, until, kChunkRows}) {
      REQUIRE(all.contains(row) == std::binary_search(expected.begin(), expected.end(), row));
    }
    for (const bool highest_first : {false, true}) {
      const auto skip = random() % (expected.size() + 2);
      const auto take = random() % 60;
      std::vector<Row> page;
      matches.append_rows(skip, take, highest_first, page);
      REQUIRE(page == page_of(expected, skip, take, highest_first));
    }
  }
}

}  // namespace annals::row_set_test
