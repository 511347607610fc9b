#include "projections/indexes/trigrams.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

using namespace annals;

namespace {

std::string random_text(std::mt19937& random) {
  std::string text;
  for (auto length = random() % 9; length > 0; --length) text += static_cast<char>('a' + random() % 4);
  return text;
}

std::vector<Trigram> trigrams_of(const std::string& text) {
  std::vector<Trigram> found;
  append_trigrams(text, found);
  return found;
}

std::set<Row> rows_in(const Roaring& rows) {
  return {rows.begin(), rows.end()};
}

/// Every row whose text has the needle is a candidate; no other one when the needle is short.
void check_against(const TrigramIndex& index, const std::map<Row, std::string>& texts, const std::string& needle) {
  INFO("needle " << needle);
  const auto candidates = rows_in(index.candidates(needle));
  REQUIRE(candidates.size() <= index.candidates_max(needle));
  for (const auto& [row, text] : texts) {
    const bool has = text.find(needle) != std::string::npos;
    if (has) REQUIRE(candidates.contains(row));
    if (!has && needle.size() <= TrigramIndex::kExactBytes) REQUIRE_FALSE(candidates.contains(row));
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
  TrigramIndex::Batch batch;
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

TEST_CASE("nothing is left of rows that were removed", "[projections]") {
  TrigramIndex index;
  index.add(7, trigrams_of("forgotten"));
  index.add(9, trigrams_of("remembered"));
  index.remove(7, trigrams_of("forgotten"));
  TrigramIndex other;
  other.add(9, trigrams_of("remembered"));
  CHECK(index == other);
  CHECK(index.candidates("forg").isEmpty());
  CHECK(rows_in(index.candidates("d")) == std::set<Row>{9});
}
