#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "projections/indexes/row_set.hpp"

namespace annals {

/// Three neighbouring bytes of a folded text; behind its last byte stands a NUL, which no text contains.
using Trigram = std::uint32_t;

/// Appends the trigrams of a text in their order, each as often as it occurs.
void append_trigrams(std::string_view folded, std::vector<Trigram>& out);

/// Which rows have which trigrams in their texts. Exact: what a row loses is taken out, so nothing piles up and nothing
/// of an erased record stays.
class TrigramIndex {
 public:
  /// A trigram may come more than once.
  void add(Row row, std::vector<Trigram> trigrams);
  /// The row's texts had `before` and have `after`; what both have is left alone.
  void change(Row row, std::vector<Trigram> before, std::vector<Trigram> after);
  void remove(Row row, std::vector<Trigram> trigrams) { change(row, std::move(trigrams), {}); }

  /// Collects rows of one chunk, which come ascending, to add them at once: some five times quicker.
  class Batch {
   public:
    void add(Row row, const std::vector<Trigram>& trigrams);
    void add_to(TrigramIndex& index);

   private:
    std::vector<std::uint64_t> found_;  ///< the trigram over the row
    std::vector<std::uint64_t> sorted_;
  };
  /// Takes in the rows of another index.
  void take(TrigramIndex&& others);

  /// The rows whose texts may contain this folded text; they do when it is no longer than `kExactBytes`. Not empty.
  Roaring candidates(std::string_view folded) const;
  static constexpr std::size_t kExactBytes = 3;
  /// No fewer than those candidates; costs a look-up a byte.
  std::uint64_t candidates_max(std::string_view folded) const;

  std::size_t bytes() const;
  bool operator==(const TrigramIndex& other) const { return rows_ == other.rows_; }

 private:
  void add_one(Row row, Trigram trigram) { rows_[trigram].add(row); }
  std::vector<const Roaring*> sets_of(std::string_view folded) const;
  Roaring with_short(std::string_view folded) const;

  std::unordered_map<Trigram, Roaring> rows_;
};

}  // namespace annals
