#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "projections/indexes/row_set.hpp"

namespace annals {

/// Who looks through a text.
enum class Scope : std::uint8_t {
  all,     ///< every search
  lists,   ///< only the `search=` of lists
  ranking  ///< only the search that ranks what it finds
};

/// Three neighbouring bytes of a folded text, below its scope; behind its last byte stands a NUL, which no text
/// contains, and before what it and its words begin with a mark that no UTF-8 has.
using Trigram = std::uint32_t;

inline constexpr char kTextMark = '\xFF';  ///< before a text
inline constexpr char kWordMark = '\xFE';  ///< before every word but one that begins the text

constexpr Trigram trigram_of(char first, char second, char third, Scope scope = Scope::all) {
  const auto byte = [](char c) { return static_cast<Trigram>(static_cast<unsigned char>(c)); };
  return static_cast<Trigram>(scope) << 24 | byte(first) << 16 | byte(second) << 8 | byte(third);
}
/// Appends the trigrams of a text in their order, each as often as it occurs; with marks unless it is for lists only.
void append_trigrams(std::string_view folded, std::vector<Trigram>& out, Scope scope = Scope::all);
/// Ascending, each once.
void make_unique(std::vector<Trigram>& trigrams);

/// Which rows have which trigrams. Exact: what a row loses is taken out, so nothing piles up and nothing of an erased
/// record stays. Grows by single pairs of bytes, of which there are some thousand, so that no growth takes long.
class TrigramIndex {
 public:
  /// One trigram more of those that begin with the same two bytes.
  struct Ending {
    std::uint8_t third;
    Roaring rows;
    bool operator==(const Ending&) const = default;
  };
  using Pair = std::uint32_t;  ///< the scope and the first two bytes

  /// A trigram may come more than once.
  void add(Row row, const std::vector<Trigram>& trigrams);
  /// The row has the unique trigrams `before` and is to have `after`; what both have is left alone.
  void change(Row row, const std::vector<Trigram>& before, const std::vector<Trigram>& after);
  /// A trigram may come more than once, or not be there.
  void remove(Row row, const std::vector<Trigram>& trigrams);
  /// Many rows, ascending.
  void add_rows(Trigram trigram, std::span<const Row> rows) { of(trigram).addMany(rows.size(), rows.data()); }
  void remove_rows(Trigram trigram, std::span<const Row> rows);
  /// Takes in the rows of another index.
  void take(TrigramIndex&& others);

  /// nullptr: no row has it.
  const Roaring* rows_with(Trigram trigram) const;
  /// Ascending by their third byte.
  std::span<const Ending> endings_of(Pair pair) const;
  /// No fewer rows than those that a list's search for this text looks at; costs two look-ups a byte.
  std::uint64_t candidates_max(std::string_view folded) const;

  std::size_t bytes() const;
  bool operator==(const TrigramIndex& other) const { return endings_ == other.endings_; }

 private:
  using Endings = std::vector<Ending>;
  Roaring& of(Trigram trigram);

  std::unordered_map<Pair, Endings> endings_;
};

/// Collects the trigrams of rows, which come ascending, to go through them trigram by trigram: some five times quicker
/// than row by row.
class TrigramBatch {
 public:
  void add(Row row, const std::vector<Trigram>& trigrams);
  /// All have been added.
  void sort();
  /// Calls `see(trigram, rows)`, rows ascending and each once, for the trigrams that come next, until so many pairs of
  /// a trigram and a row were seen; false when there are no more.
  bool next(std::size_t pairs_max, auto&& see) {
    const auto end = at_ + std::min(pairs_max, found_.size() - at_);
    while (at_ < end) {
      const auto one = found_[at_] >> 32;
      rows_.clear();
      for (; at_ < found_.size() && found_[at_] >> 32 == one; ++at_) {
        const auto row = static_cast<Row>(found_[at_]);
        if (rows_.empty() || rows_.back() != row) rows_.push_back(row);
      }
      see(static_cast<Trigram>(one), rows_);
    }
    return at_ < found_.size();
  }
  /// For other rows.
  void clear();
  /// Sorts, adds all and clears.
  void add_to(TrigramIndex& index);

 private:
  std::vector<std::uint64_t> found_;  ///< the trigram over the row
  std::vector<std::uint64_t> sorted_;
  std::vector<Row> rows_;
  std::size_t at_ = 0;
};

}  // namespace annals
