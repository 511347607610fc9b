#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "projections/indexes/trigrams.hpp"

namespace annals {

/// Which rows may have a text. A row that a commit adds or changes is only noted, and a search looks at its texts; its
/// trigrams follow later, many rows at once (text_moves.hpp). Nothing of an erased row stays, at any moment.
///
/// Of an unsettled row the trigrams have: nothing, while it is neither moving nor outdated; some of what its texts have
/// now, while it moves; some of what is noted with it, while it is outdated.
class TextIndex {
 public:
  /// A row has texts that had none.
  void added(Row row) { unsettled_.add(row); }
  /// Its texts are about to change. `trigrams` gives those that they have yet.
  void changing(Row row, auto&& trigrams) {
    const bool moved = leave_move(row);
    if (unsettled_.contains(row) && !moved) return;
    auto& noted = outdated_[row];
    noted.trigrams = trigrams();
    make_unique(noted.trigrams);
    noted.complete = !moved;
    unsettled_.add(row);
  }
  /// It is about to lose its texts. `trigrams` gives those that they have yet.
  void removing(Row row, auto&& trigrams) {
    if (leave_move(row) || !unsettled_.contains(row)) {
      trigrams_.remove(row, trigrams());
    } else {
      forget_outdated(row);
    }
    unsettled_.remove(row);
  }
  void take(TrigramIndex&& loaded) { trigrams_.take(std::move(loaded)); }

  /// Exact of the rows that have texts and are settled.
  const TrigramIndex& trigrams() const { return trigrams_; }
  /// Rows that a search must look at.
  const Roaring& unsettled() const { return unsettled_; }

  // A move, one at a time: rows are chosen, their trigrams moved, and the move ended.
  /// The lowest rows of which the trigrams have nothing.
  std::vector<Row> move_in(std::size_t rows_max);
  bool moves(Row row) const { return moving_.contains(row); }
  /// Of the rows, those that still move.
  void add_rows(Trigram trigram, std::vector<Row>& rows);
  /// The rows that still move are settled.
  void moved_in();

  /// Rows whose texts changed, at most so many.
  std::vector<Row> outdated(std::size_t rows_max) const;
  /// The row, if it is outdated, is settled with these unique trigrams.
  void settle(Row row, const std::vector<Trigram>& trigrams);

  std::size_t bytes() const { return trigrams_.bytes() + unsettled_.getSizeInBytes(false); }

 private:
  struct Outdated {
    std::vector<Trigram> trigrams;  ///< unique
    bool complete = false;          ///< the row has all of them, not only some
  };
  /// Whether it moved.
  bool leave_move(Row row);
  void forget_outdated(Row row);

  TrigramIndex trigrams_;
  Roaring unsettled_;
  Roaring moving_;  ///< of the unsettled ones
  bool some_left_ = false;
  std::unordered_map<Row, Outdated> outdated_;
};

}  // namespace annals
