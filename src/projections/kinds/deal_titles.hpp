#pragma once

#include <set>

#include "projections/kinds/deals.hpp"
#include "projections/text_column.hpp"

namespace annals {

/// The titles of deals in memory, for searches; row 0 is deal 1. None is ever evicted: a title takes less than the
/// deal's row. Not synchronised by itself.
class DealTitles : public TextColumn<DealParts> {
 public:
  explicit DealTitles(RecordBudget& budget) : TextColumn(budget) { texts.keep_from(RecordMemory::kNoRow); }

  void load(const ViewReader& views, PlatformId platform);
  void on(const DealCreated& event);
  void on(const DealUpdated& event);
  void on(const DealDeleted& event);
  void on(const PersonErased& event);

  Row size() const { return size_; }
  static DealId id_at(Row row) { return DealId{row + 1u}; }

  /// The same titles, with their trigrams up to them.
  bool operator==(const DealTitles& other) const;

 private:
  static Row row_at(DealId id) { return static_cast<Row>(id.value - 1); }
  void grow(DealId to);
  void drop(DealId id);
  void forget(DealId id);

  Row size_ = 0;
  std::set<DealId> erased_;  ///< those that are there, their texts erased: an update may bring new ones
};

}  // namespace annals
