#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

#include "projections/indexes/candidate_search.hpp"

namespace annals::trigrams_test {
namespace {

std::string random_text(std::mt19937& random) {
  std::string text;
  for (auto length = random() % 9; length > 0; --length) text += static_cast<char>('a' + random() % 4);
  return text;
}

std::vector<Trigram> trigrams_of(const std::string& text) {
  std::vector<Trigram> found;
  append_trigrams(text, found);
  make_unique(found);
  return found;
}

Roaring candidates_for(const TrigramIndex& index, const std::string& needle) {
  CandidateSearch search(needle);
  while (search.step(index)) {
  }
  return search.rows();
}

std::set<Row> rows_in(const Roaring& rows) {
  return {rows.begin(), rows.end()};
}

/// Every row whose text has the needle is a candidate; no other one when the needle is short.
void check_against(const TrigramIndex& index, const std::map<Row, std::string>& texts, const std::string& needle) {
  INFO("needle " << needle);
  const auto candidates = rows_in(candidates_for(index, needle));
  REQUIRE(candidates.size() <= index.candidates_max(needle));
  for (const auto& [row, text] : texts) {
    const bool has = text.find(needle) != std::string::npos;
    if (has) REQUIRE(candidates.contains(row));
    if (!has && needle.size() <= CandidateSearch::kExactBytes) REQUIRE_FALSE(candidates.contains(row));
  }
}

}  // namespace

TEST_CASE("candidates for a needle of any length have all rows that contain it", "[projections]") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  TrigramIndex index;
  std::map<Row, std::string> texts;
  for (int step = 0; step < 3000; ++step) {
    const auto row = static_cast<Row>(random() % 500);
    const auto text = random_text(random);
    index.change(row, trigrams_of(texts[row]), trigrams_of(text));
    texts[row] = text;
  }
  for (int round = 0; round < 300; ++round) {
    if (const auto needle = random_text(random); !needle.empty()) check_against(index, texts, needle);
  }
  // What is changed one by one is what is added at once, in two parts.
  TrigramIndex low;
  TrigramIndex high;
  TrigramBatch batch;
  for (const auto& [row, text] : texts) {
    if (row < 250) batch.add(row, trigrams_of(text));
  }
  batch.add_to(low);
  for (const auto& [row, text] : texts) {
    if (row >= 250) batch.add(row, trigrams_of(text));
  }
  batch.add_to(high);
  low.take(std::move(high));
  CHECK(low == index);
}

TEST_CASE("a search that is anchored has the rows whose texts, or words, begin with the needle", "[projections]") {
  TrigramIndex index;
  const std::map<Row, std::string> texts = {{1, "anna"}, {2, "joanna"}, {3, "mary-anna"}, {4, "a b"}, {5, "b a"}};
  for (const auto& [row, text] : texts) index.add(row, trigrams_of(text));
  const auto found = [&](const std::string& needle, Anchor anchor) {
    CandidateSearch search(needle, Scope::ranking, anchor);
    while (search.step(index)) {
    }
    return rows_in(search.rows());
  };
  CHECK(found("a", Anchor::text) == std::set<Row>{1, 4});
  CHECK(found("a", Anchor::word) == std::set<Row>{3, 5});
  CHECK(found("an", Anchor::text) == std::set<Row>{1});
  CHECK(found("anna", Anchor::word) == std::set<Row>{3});
  CHECK(found("anna", Anchor::nowhere) == std::set<Row>{1, 2, 3});
  CHECK(found("b", Anchor::text) == std::set<Row>{5});
  CHECK(found("b", Anchor::word) == std::set<Row>{4});
}

TEST_CASE("each search looks through the texts of its scope", "[projections]") {
  TrigramIndex index;
  const auto add = [&](Row row, const std::string& text, Scope scope) {
    std::vector<Trigram> trigrams;
    append_trigrams(text, trigrams, scope);
    index.add(row, trigrams);
  };
  add(1, "shared", Scope::all);
  add(2, "shared", Scope::lists);
  add(3, "shared", Scope::ranking);
  for (const std::string needle : {"s", "sh", "har", "share"}) {
    INFO("needle " << needle);
    for (const auto& [scope, rows] : {std::pair(Scope::lists, std::set<Row>{1, 2}), {Scope::ranking, {1, 3}}}) {
      CandidateSearch search(needle, scope);
      while (search.step(index)) {
      }
      CHECK(rows_in(search.rows()) == rows);
    }
  }
  CHECK(index.candidates_max("share") == 2);
}

TEST_CASE("nothing is left of rows that were removed", "[projections]") {
  TrigramIndex index;
  index.add(7, trigrams_of("forgotten"));
  index.add(9, trigrams_of("remembered"));
  index.remove(7, trigrams_of("forgotten"));
  TrigramIndex other;
  other.add(9, trigrams_of("remembered"));
  CHECK(index == other);
  CHECK(candidates_for(index, "forg").isEmpty());
  CHECK(rows_in(candidates_for(index, "d")) == std::set<Row>{9});
}

TEST_CASE("a search for candidates that takes many steps sees what is there all the time", "[projections]") {
  TrigramIndex index;
  // So many rows and endings that a single byte's sets take more than one step.
  std::vector<Row> rows;
  for (Row row = 0; row < 1'000'000; row += 2) rows.push_back(row);
  for (char third = 'a'; third <= 'z'; ++third) index.add_rows(trigram_of('x', 'y', third), rows);
  CandidateSearch search("x");
  REQUIRE(search.step(index));
  for (Row row = 0; row < 50; ++row) index.remove(2 * row, trigrams_of("xyz"));
  index.add(7, trigrams_of("xaa"));
  while (search.step(index)) {
  }
  CHECK(search.rows().contains(500'000));
  CHECK(search.rows().cardinality() >= 500'000);
  CHECK_FALSE(search.rows().contains(9));
}

}  // namespace annals::trigrams_test
