#pragma once

#include <set>

#include "projections/kinds/deals.hpp"
#include "projections/text_column.hpp"

namespace annals {

/// The titles of deals in memory, for searches and orders, by the rows of their table. None is ever evicted: a title
/// takes less than the deal's row. Of descriptions only which deals have one. Not synchronised by itself.
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
  Column<std::uint64_t> prefixes;  ///< how the titles begin; 0 of what has none
  RowSet described;

  /// The same titles, with their trigrams up to them.
  bool operator==(const DealTitles& other) const;

 private:
  // As those of TextColumn, with what is kept beside.
  void load_parts(Row row, const DealParts& parts, bool keep, TrigramBatch& batch);
  void put_parts(Row row, const DealParts& parts);
  void drop_parts(Row row);

  static Row row_at(DealId id) { return static_cast<Row>(id.value - 1); }
  void grow(DealId to);
  void drop(DealId id);
  void forget(DealId id);

  Row size_ = 0;
  std::set<DealId> erased_;  ///< those that are there, their texts erased: an update may bring new ones
};

}  // namespace annals
