#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "projections/indexes/trigrams.hpp"

namespace annals {

/// Finds the rows whose trigrams allow them to contain a folded text, in steps of some 0.2 ms at a million rows. The
/// index may change between two steps: rows that did not change are found or not as they should be.
class CandidateSearch {
 public:
  /// Not empty.
  explicit CandidateSearch(std::string_view folded);

  /// False when nothing is left to look at.
  bool step(const TrigramIndex& index);
  const Roaring& rows() const { return rows_; }
  /// The rows contain a text that is no longer than this; one that is longer they only may.
  static constexpr std::size_t kExactBytes = 3;

 private:
  void put_rarest_first(const TrigramIndex& index);
  bool intersect(const TrigramIndex& index);
  bool unite(const TrigramIndex& index);

  std::vector<Trigram> trigrams_;          ///< that all must have, of a text of three bytes or more
  std::vector<TrigramIndex::Pair> pairs_;  ///< of which one must be there, of a shorter one
  std::size_t at_ = 0;                     ///< the next of either
  unsigned third_ = 0;                     ///< the next ending of that pair
  Roaring rows_;
};

}  // namespace annals
