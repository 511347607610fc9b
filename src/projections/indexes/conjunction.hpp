#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "projections/indexes/rare_sets.hpp"
#include "projections/indexes/row_set.hpp"

namespace annals {

/// The rows that are in every one of some sets and in a range. Looks at the sets where they stand: good as long as they
/// do not change.
class Conjunction {
 public:
  /// At least one set must be added.
  void all_of(const RowSet& rows);
  void all_of(const RareRows& rows);  ///< few are copied
  /// Of what is in any of these; a copy unless it is one.
  void any_of(std::span<const RowSet* const> sets);
  void all_of(const Roaring& rows) { sparse_.push_back(&rows); }
  void from(Row first) { first_ = std::max(first_, first); }
  void until(Row end) { end_ = std::min(end_, end); }  ///< one behind the last
  void nothing() { end_ = 0; }
  /// No set has been added yet.
  bool of_everything() const { return dense_.empty() && sparse_.empty(); }
  /// No fewer rows than there are.
  std::uint64_t count_max() const;

  bool contains(Row row) const;
  /// Appends those in [first, end), ascending.
  void append_rows(Row first, Row end, std::vector<Row>& out) const;

 private:
  friend class Matches;
  /// The sparse set with the fewest rows; nullptr: all are dense.
  const Roaring* fewest() const;
  bool in_others(Row row, const Roaring* fewest) const;
  /// Of the rows in one chunk: their bits, and how many.
  std::uint32_t chunk_count(std::size_t chunk, ChunkBits& scratch) const;
  void chunk_bits(std::size_t chunk, ChunkBits& bits) const;

  std::vector<const BitChunks*> dense_;
  std::vector<const Roaring*> sparse_;
  std::vector<std::shared_ptr<const RowSet>> copies_;  ///< what some of them look at
  Row first_ = 0;
  Row end_ = 0xFFFFFFFF;
};

/// The rows of a conjunction, counted, so that any of them is found by its place among them at a cost that does not
/// depend on the place.
class Matches {
 public:
  explicit Matches(const Conjunction& conjunction);
  std::uint64_t count() const { return count_; }
  /// Appends the rows at [skip, skip + take) of those counted from the lowest or from the highest row.
  void append_rows(std::uint64_t skip, std::uint64_t take, bool highest_first, std::vector<Row>& out) const;

 private:
  void append_from_chunks(std::uint64_t skip, std::uint64_t take, std::vector<Row>& out) const;

  const Conjunction& conjunction_;
  std::uint64_t count_ = 0;
  const Roaring* only_ = nullptr;  ///< the conjunction is this one set
  std::uint64_t before_ = 0;       ///< rows of `only_` before the range
  std::vector<Row> rows_;          ///< all of them, when a sparse set was gone through
  std::vector<std::uint32_t> chunk_counts_;
};

}  // namespace annals
