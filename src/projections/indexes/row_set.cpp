#include "projections/indexes/row_set.hpp"

#include <algorithm>
#include <utility>

namespace annals {
namespace {

/// A set of more than one row in this many is held as bits: going through a sparse one costs 6 ns a row, the bits of a
/// conjunction 7 µs a million rows. An attribute takes 32 bytes a row at worst.
constexpr std::uint64_t kDenseFrom = 256;
/// Back only when a good deal fewer, so that nothing goes to and fro.
constexpr std::uint64_t kSparseFrom = 512;
/// Below this any set is quick.
constexpr std::uint64_t kSmall = 1024;

}  // namespace

bool BitChunks::add(Row row) {
  const auto at = row / kChunkRows;
  if (at >= chunks_.size()) chunks_.resize(at + 1);
  auto& chunk = chunks_[at];
  if (!chunk.bits) chunk.bits = std::make_unique<ChunkBits>();
  auto& word = (*chunk.bits)[row % kChunkRows / 64];
  const auto bit = std::uint64_t{1} << row % 64;
  if ((word & bit) != 0) return false;
  word |= bit;
  ++chunk.count;
  return true;
}

bool BitChunks::remove(Row row) {
  if (!contains(row)) return false;
  auto& chunk = chunks_[row / kChunkRows];
  (*chunk.bits)[row % kChunkRows / 64] &= ~(std::uint64_t{1} << row % 64);
  if (--chunk.count == 0) chunk.bits.reset();
  return true;
}

void BitChunks::add(const BitChunks& others) {
  if (chunks_.size() < others.chunks_.size()) chunks_.resize(others.chunks_.size());
  for (std::size_t at = 0; at < others.chunks_.size(); ++at) {
    if (!others.chunks_[at].bits) continue;
    auto& to = chunks_[at];
    if (!to.bits) to.bits = std::make_unique<ChunkBits>();
    to.count = 0;
    for (std::size_t word = 0; word < kChunkWords; ++word) {
      auto& bits = (*to.bits)[word];
      bits |= (*others.chunks_[at].bits)[word];
      to.count += static_cast<std::uint32_t>(std::popcount(bits));
    }
  }
}

void BitChunks::take(BitChunks&& others) {
  if (chunks_.size() < others.chunks_.size()) chunks_.resize(others.chunks_.size());
  for (std::size_t at = 0; at < others.chunks_.size(); ++at) {
    auto& from = others.chunks_[at];
    auto& to = chunks_[at];
    if (!from.bits) continue;
    if (!to.bits) {
      to = std::move(from);
      continue;
    }
    each_bit(*from.bits, static_cast<Row>(at * kChunkRows), [this](Row row) { add(row); });
  }
}

std::uint64_t BitChunks::count() const {
  std::uint64_t count = 0;
  for (const auto& chunk : chunks_) count += chunk.count;
  return count;
}

std::size_t BitChunks::bytes() const {
  std::size_t bytes = 0;
  for (const auto& chunk : chunks_) bytes += sizeof(chunk) + (chunk.bits ? sizeof(ChunkBits) : 0);
  return bytes;
}

void RowSet::add(Row row) {
  count_ += (dense_ ? dense_->add(row) : sparse_.addChecked(row)) ? 1 : 0;
  top_ = std::max(top_, row + 1);
  settle();
}

void RowSet::remove(Row row) {
  count_ -= (dense_ ? dense_->remove(row) : sparse_.removeChecked(row)) ? 1 : 0;
  settle();
}

void RowSet::settle() {
  if (!dense_ && count_ > kSmall && count_ * kDenseFrom > top_) return make_dense();
  if (dense_ && (count_ <= kSmall / 2 || count_ * kSparseFrom < top_)) make_sparse();
}

Roaring RowSet::rows() const {
  if (!dense_) return sparse_;
  std::vector<Row> rows;
  rows.reserve(count_);
  dense_->for_each([&](Row row) { rows.push_back(row); });
  return Roaring(rows.size(), rows.data());
}

void RowSet::make_dense() {
  auto bits = std::make_unique<BitChunks>();
  for (const auto row : sparse_) bits->add(row);
  sparse_ = Roaring();
  dense_ = std::move(bits);
}

void RowSet::make_sparse() {
  sparse_ = rows();
  dense_.reset();
}

void RowSet::add(const RowSet& others) {
  top_ = std::max(top_, others.top_);
  if (others.dense_ && !dense_) make_dense();
  if (others.dense_) {
    dense_->add(*others.dense_);
  } else if (dense_) {
    for (const auto row : others.sparse_) dense_->add(row);
  } else {
    sparse_ |= others.sparse_;
  }
  count_ = dense_ ? dense_->count() : sparse_.cardinality();
  settle();
}

void RowSet::take(RowSet&& others) {
  if (!dense_ && others.dense_) std::swap(*this, others);
  top_ = std::max(top_, others.top_);
  if (!dense_) {
    sparse_ |= others.sparse_;
    count_ = sparse_.cardinality();
  } else {
    if (others.dense_) dense_->take(std::move(*others.dense_));
    for (const auto row : others.sparse_) dense_->add(row);
    count_ = dense_->count();
  }
  settle();
}

std::size_t RowSet::bytes() const {
  return sizeof(RowSet) + (dense_ ? dense_->bytes() : sparse_.getSizeInBytes(false));
}

bool RowSet::operator==(const RowSet& other) const {
  return count_ == other.count_ && rows() == other.rows();
}

}  // namespace annals
