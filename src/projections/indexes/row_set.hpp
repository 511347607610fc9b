#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <roaring/roaring.hh>
#include <unordered_map>
#include <vector>

/// Sets of rows: which records have a certain value.
namespace annals {

using Row = std::uint32_t;

inline constexpr std::uint32_t kChunkRows = 1 << 16;
inline constexpr std::size_t kChunkWords = kChunkRows / 64;
using ChunkBits = std::array<std::uint64_t, kChunkWords>;

void each_bit(const ChunkBits& bits, Row first, auto&& see) {
  for (std::size_t at = 0; at < kChunkWords; ++at) {
    for (auto word = bits[at]; word != 0; word &= word - 1) {
      see(first + static_cast<Row>(at * 64) + static_cast<Row>(std::countr_zero(word)));
    }
  }
}

/// One bit a row, chunk by chunk, each with its count.
class BitChunks {
 public:
  struct Chunk {
    std::unique_ptr<ChunkBits> bits;  ///< nullptr: none is set
    std::uint32_t count = 0;
  };
  /// Whether it was not there.
  bool add(Row row);
  /// Whether it was there.
  bool remove(Row row);
  bool contains(Row row) const {
    const auto at = row / kChunkRows;
    return at < chunks_.size() && chunks_[at].bits && ((*chunks_[at].bits)[row % kChunkRows / 64] >> row % 64 & 1) != 0;
  }
  void add(const BitChunks& others);
  void take(BitChunks&& others);
  std::uint64_t count() const;
  std::size_t chunks() const { return chunks_.size(); }
  const Chunk& chunk(std::size_t at) const { return chunks_[at]; }
  void for_each(auto&& see) const {
    for (std::size_t at = 0; at < chunks_.size(); ++at) {
      if (chunks_[at].bits) each_bit(*chunks_[at].bits, static_cast<Row>(at * kChunkRows), see);
    }
  }
  std::size_t bytes() const;

 private:
  std::vector<Chunk> chunks_;
};

/// Rows as plain bits where they are many (a conjunction of two such sets costs 7 µs a million rows), as a Roaring
/// bitmap where they are few (2 bytes a row).
class RowSet {
 public:
  void add(Row row);
  void remove(Row row);
  bool contains(Row row) const { return dense_ ? dense_->contains(row) : sparse_.contains(row); }
  std::uint64_t count() const { return count_; }
  bool is_dense() const { return dense_ != nullptr; }
  void for_each(auto&& see) const {
    if (dense_) return dense_->for_each(see);
    for (const auto row : sparse_) see(row);
  }
  const BitChunks& dense() const { return *dense_; }
  const Roaring& sparse() const { return sparse_; }
  void add(const RowSet& others);
  /// Takes in the rows of another set.
  void take(RowSet&& others);
  std::size_t bytes() const;
  /// The same rows, however they are held.
  bool operator==(const RowSet& other) const;

 private:
  Roaring rows() const;
  void make_dense();
  void make_sparse();
  void settle();

  std::uint64_t count_ = 0;
  Row top_ = 0;  ///< one behind the highest row that ever was in it
  Roaring sparse_;
  std::unique_ptr<BitChunks> dense_;
};

/// The rows by value of one attribute.
template <class Value, class Hash = std::hash<Value>>
class RowSets {
 public:
  void add(const Value& value, Row row) { sets_[value].add(row); }
  void remove(const Value& value, Row row) {
    const auto found = sets_.find(value);
    if (found == sets_.end()) return;
    found->second.remove(row);
    if (found->second.count() == 0) sets_.erase(found);
  }
  void remove(const Value& value) { sets_.erase(value); }
  /// An empty one for a value that no row has.
  const RowSet& of(const Value& value) const {
    static const RowSet none;
    const auto found = sets_.find(value);
    return found == sets_.end() ? none : found->second;
  }
  void take(RowSets&& others) {
    for (auto& [value, rows] : others.sets_) sets_[value].take(std::move(rows));
  }
  std::size_t bytes() const {
    std::size_t bytes = 0;
    for (const auto& [value, rows] : sets_) bytes += sizeof(value) + rows.bytes() + 16;
    return bytes;
  }
  bool operator==(const RowSets&) const = default;

 private:
  std::unordered_map<Value, RowSet, Hash> sets_;
};

}  // namespace annals
