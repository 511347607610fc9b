#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>

#include "projections/indexes/column.hpp"
#include "projections/indexes/row_set.hpp"

namespace annals {

/// How many bytes all records in memory may take together; what must stay of those that are not whole is half of it at
/// most, so that the newest are whole however many there are. Threads of a load count into it at once.
struct RecordBudget {
  explicit RecordBudget(std::uint64_t bytes_max) : limit(bytes_max) {}
  bool has_room(std::uint64_t bytes) const { return used.load(std::memory_order_relaxed) + bytes <= room(); }
  /// What whole records take too much.
  std::uint64_t over() const {
    const auto taken = used.load(std::memory_order_relaxed);
    return taken - std::min(taken, room());
  }

  const std::uint64_t limit;
  std::atomic<std::uint64_t> used = 0;  ///< by whole records
  std::atomic<std::uint64_t> kept = 0;  ///< by the others

 private:
  std::uint64_t room() const { return limit - std::min(limit / 2, kept.load(std::memory_order_relaxed)); }
};

/// The parts of records that no column holds, as JSON text, by row: behind their lengths in one block a record. The
/// newest, those from `oldest` on, are whole; of the others there are only those parts that searches need. What is
/// taken out is overwritten first: it is personal data.
class RecordMemory {
 public:
  explicit RecordMemory(RecordBudget& budget) : budget_(budget), oldest_(budget.limit == 0 ? kNoRow : 0) {}
  ~RecordMemory();
  RecordMemory(const RecordMemory&) = delete;
  RecordMemory& operator=(const RecordMemory&) = delete;

  void resize(std::size_t rows) { blocks_.resize(rows); }
  /// One row more; it has no parts yet.
  void push_back() { blocks_.push_back(nullptr); }
  /// The parts may be views of what the row has now.
  void put(Row row, std::span<const std::string_view> parts) { put(row, parts, true); }
  /// Not whole.
  void put_some(Row row, std::span<const std::string_view> parts) { put(row, parts, false); }
  void drop(Row row);
  /// Some parts, or all.
  bool has(Row row) const { return blocks_[row] != nullptr; }
  /// All parts.
  bool holds(Row row) const { return has(row) && *blocks_[row] != 0; }
  /// What a row that has parts takes.
  std::size_t bytes(Row row) const;
  /// Of a row that has some. The views are good until the row is put or dropped.
  void read(Row row, std::span<std::string_view> parts) const;
  void prefetch(Row row) const { __builtin_prefetch(blocks_[row]); }

  /// Records of rows before this one are not kept whole: with a budget of 0, none.
  Row oldest() const { return oldest_; }
  void keep_from(Row row) { oldest_ = row; }
  static constexpr Row kNoRow = 0xFFFFFFFF;
  bool has_room(std::uint64_t more) const { return oldest_ != kNoRow && budget_.has_room(more); }
  /// Of those that are whole.
  std::uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  void put(Row row, std::span<const std::string_view> parts, bool whole);
  void count(Row row, bool more);

  RecordBudget& budget_;
  Column<char*> blocks_;  ///< each begins with a byte that says whether it is whole
  Row oldest_;
  std::atomic<std::uint64_t> bytes_ = 0;
};

}  // namespace annals
