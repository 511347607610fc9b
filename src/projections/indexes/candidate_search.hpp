#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "projections/indexes/trigrams.hpp"

namespace annals {

/// Where in a text something is to stand.
enum class Anchor {
  text,    ///< the text begins with it
  word,    ///< a word begins with it, but not the text
  nowhere  ///< anywhere
};

/// Finds the rows whose trigrams allow them to contain a folded text, in steps of some 0.2 ms at a million rows. The
/// index may change between two steps: rows that did not change are found or not as they should be.
class CandidateSearch {
 public:
  /// Not empty. Looks through the texts of this scope and those of every search.
  explicit CandidateSearch(std::string_view folded, Scope scope = Scope::lists, Anchor anchor = Anchor::nowhere);

  /// False when nothing is left to look at.
  bool step(const TrigramIndex& index);
  const Roaring& rows() const { return rows_; }
  /// The rows contain a text that is no longer than this, wherever; one that is longer they only may.
  static constexpr std::size_t kExactBytes = 3;

 private:
  /// In texts of one scope.
  class InScope {
   public:
    InScope(std::string_view folded, Scope scope, Anchor anchor);
    bool step(const TrigramIndex& index) { return trigrams_.empty() ? unite(index) : intersect(index); }
    const Roaring& rows() const { return rows_; }

   private:
    void put_rarest_first(const TrigramIndex& index);
    bool intersect(const TrigramIndex& index);
    bool unite(const TrigramIndex& index);

    std::vector<Trigram> trigrams_;          ///< that all must have, of a longer text
    std::vector<TrigramIndex::Pair> pairs_;  ///< of which one must be there, of a shorter one
    std::size_t at_ = 0;                     ///< the next of either
    unsigned third_ = 0;                     ///< the next ending of that pair
    Roaring rows_;
  };

  std::array<InScope, 2> scopes_;
  std::size_t scope_ = 0;  ///< the one that is looked at
  Roaring rows_;
};

}  // namespace annals
