#include "projections/indexes/conjunction.hpp"

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace annals {
namespace {

std::uint32_t count_common_portably(const std::uint64_t* left, const std::uint64_t* right) {
  std::uint32_t count = 0;
  for (std::size_t at = 0; at < kChunkWords; ++at) {
    count += static_cast<std::uint32_t>(std::popcount(left[at] & right[at]));
  }
  return count;
}

#if defined(__x86_64__)
/// With the CPU's own instruction, which compilers leave out for machines that lack it.
__attribute__((target("popcnt"))) std::uint32_t count_common_with_popcnt(const std::uint64_t* left,
                                                                         const std::uint64_t* right) {
  std::uint64_t even = 0;
  std::uint64_t odd = 0;
  for (std::size_t at = 0; at < kChunkWords; at += 2) {
    even += static_cast<std::uint64_t>(_mm_popcnt_u64(left[at] & right[at]));
    odd += static_cast<std::uint64_t>(_mm_popcnt_u64(left[at + 1] & right[at + 1]));
  }
  return static_cast<std::uint32_t>(even + odd);
}
const auto count_common = __builtin_cpu_supports("popcnt") != 0 ? count_common_with_popcnt : count_common_portably;
#else
constexpr auto count_common = count_common_portably;
#endif

/// Clears the bits outside of [first, end) of a chunk that begins at `base`.
void keep_range(ChunkBits& bits, std::uint64_t base, Row first, Row end) {
  for (std::uint64_t at = 0; at < kChunkWords; ++at) {
    const auto low = base + at * 64;
    if (low + 64 <= first || low >= end) {
      bits[at] = 0;
      continue;
    }
    if (low < first) bits[at] &= ~std::uint64_t{0} << (first - low);
    if (low + 64 > end) bits[at] &= ~std::uint64_t{0} >> (low + 64 - end);
  }
}

constexpr std::size_t kBatch = 1024;

/// Calls `see` with every row of the set in [first, end), ascending.
void each_row(const Roaring& rows, Row first, Row end, auto&& see) {
  roaring_uint32_iterator_t at;
  roaring_init_iterator(&rows.roaring, &at);
  if (first > 0 && !roaring_move_uint32_iterator_equalorlarger(&at, first)) return;
  std::array<std::uint32_t, kBatch> batch;
  while (const auto read = roaring_read_uint32_iterator(&at, batch.data(), kBatch)) {
    for (std::uint32_t i = 0; i < read; ++i) {
      if (batch[i] >= end) return;
      see(batch[i]);
    }
  }
}

}  // namespace

void Conjunction::all_of(const RowSet& rows) {
  if (rows.is_dense()) {
    dense_.push_back(&rows.dense());
  } else {
    sparse_.push_back(&rows.sparse());
  }
}

void Conjunction::all_of(const RareRows& rows) {
  if (const auto* many = rows.many()) return all_of(*many);
  const auto few = std::make_shared<RowSet>();
  for (const auto row : rows.few()) few->add(row);
  all_of(*few);
  copies_.push_back(few);
}

void Conjunction::any_of(std::span<const RowSet* const> sets) {
  if (sets.size() == 1) return all_of(*sets.front());
  const auto rows = std::make_shared<RowSet>();
  for (const auto* set : sets) rows->add(*set);
  all_of(*rows);
  copies_.push_back(rows);
}

const Roaring* Conjunction::fewest() const {
  if (sparse_.size() <= 1) return sparse_.empty() ? nullptr : sparse_.front();
  return *std::min_element(sparse_.begin(), sparse_.end(), [](const Roaring* left, const Roaring* right) {
    return left->cardinality() < right->cardinality();
  });
}

std::uint64_t Conjunction::count_max() const {
  std::uint64_t fewest = first_ < end_ ? end_ - first_ : 0;
  for (const auto* bits : dense_) fewest = std::min(fewest, bits->count());
  for (const auto* rows : sparse_) fewest = std::min(fewest, rows->cardinality());
  return fewest;
}

bool Conjunction::in_others(Row row, const Roaring* fewest) const {
  for (const auto* bits : dense_) {
    if (!bits->contains(row)) return false;
  }
  for (const auto* rows : sparse_) {
    if (rows != fewest && !rows->contains(row)) return false;
  }
  return true;
}

bool Conjunction::contains(Row row) const {
  return row >= first_ && row < end_ && in_others(row, nullptr);
}

void Conjunction::chunk_bits(std::size_t chunk, ChunkBits& bits) const {
  bits.fill(~std::uint64_t{0});
  for (const auto* set : dense_) {
    if (chunk >= set->chunks() || !set->chunk(chunk).bits) return bits.fill(0);
    const auto& other = *set->chunk(chunk).bits;
    for (std::size_t at = 0; at < kChunkWords; ++at) bits[at] &= other[at];
  }
  const auto base = static_cast<std::uint64_t>(chunk) * kChunkRows;
  if (base < first_ || base + kChunkRows > end_) keep_range(bits, base, first_, end_);
}

std::uint32_t Conjunction::chunk_count(std::size_t chunk, ChunkBits& scratch) const {
  for (const auto* set : dense_) {
    if (chunk >= set->chunks() || !set->chunk(chunk).bits) return 0;
  }
  const auto base = static_cast<std::uint64_t>(chunk) * kChunkRows;
  const bool whole = base >= first_ && base + kChunkRows <= end_;
  const auto& first = dense_.front()->chunk(chunk);
  if (whole && dense_.size() == 1) return first.count;
  if (whole && dense_.size() == 2) return count_common(first.bits->data(), dense_.back()->chunk(chunk).bits->data());
  chunk_bits(chunk, scratch);
  return count_common(scratch.data(), scratch.data());
}

void Conjunction::append_rows(Row first, Row end, std::vector<Row>& out) const {
  first = std::max(first, first_);
  end = std::min(end, end_);
  if (first >= end) return;
  if (const auto* few = fewest()) {
    return each_row(*few, first, end, [&](Row row) {
      if (in_others(row, few)) out.push_back(row);
    });
  }
  ChunkBits bits;
  for (std::size_t chunk = first / kChunkRows; chunk <= (end - 1) / kChunkRows && chunk < dense_.front()->chunks();
       ++chunk) {
    chunk_bits(chunk, bits);
    each_bit(bits, static_cast<Row>(chunk * kChunkRows), [&](Row row) {
      if (row >= first && row < end) out.push_back(row);
    });
  }
}

Matches::Matches(const Conjunction& conjunction) : conjunction_(conjunction) {
  const auto first = conjunction.first_;
  const auto end = conjunction.end_;
  if (first >= end) return;
  if (const auto* few = conjunction.fewest()) {
    if (conjunction.dense_.empty() && conjunction.sparse_.size() == 1) {
      only_ = few;
      before_ = first == 0 ? 0 : few->rank(first - 1);
      count_ = few->rank(end - 1) - before_;
    } else {
      conjunction.append_rows(first, end, rows_);
      count_ = rows_.size();
    }
    return;
  }
  ChunkBits scratch;
  chunk_counts_.reserve(conjunction.dense_.front()->chunks());
  for (std::size_t chunk = 0; chunk < conjunction.dense_.front()->chunks(); ++chunk) {
    chunk_counts_.push_back(conjunction.chunk_count(chunk, scratch));
    count_ += chunk_counts_.back();
  }
}

void Matches::append_from_chunks(std::uint64_t skip, std::uint64_t take, std::vector<Row>& out) const {
  ChunkBits bits;
  for (std::size_t chunk = 0; chunk < chunk_counts_.size() && take > 0; ++chunk) {
    if (skip >= chunk_counts_[chunk]) {
      skip -= chunk_counts_[chunk];
      continue;
    }
    conjunction_.chunk_bits(chunk, bits);
    for (std::size_t at = 0; at < kChunkWords && take > 0; ++at) {
      auto word = bits[at];
      if (const auto count = static_cast<std::uint64_t>(std::popcount(word)); skip >= count) {
        skip -= count;
        continue;
      }
      for (; skip > 0; --skip) word &= word - 1;
      for (; word != 0 && take > 0; word &= word - 1, --take) {
        out.push_back(static_cast<Row>(chunk * kChunkRows + at * 64) + static_cast<Row>(std::countr_zero(word)));
      }
    }
  }
}

void Matches::append_rows(std::uint64_t skip, std::uint64_t take, bool highest_first, std::vector<Row>& out) const {
  if (skip >= count_) return;
  take = std::min(take, count_ - skip);
  if (highest_first) skip = count_ - skip - take;
  const auto begin = static_cast<std::ptrdiff_t>(out.size());
  if (only_ != nullptr) {
    Row row = 0;
    for (std::uint64_t at = 0; at < take; ++at) {
      if (only_->select(static_cast<Row>(before_ + skip + at), &row)) out.push_back(row);
    }
  } else if (!rows_.empty()) {
    const auto from = rows_.begin() + static_cast<std::ptrdiff_t>(skip);
    out.insert(out.end(), from, from + static_cast<std::ptrdiff_t>(take));
  } else {
    append_from_chunks(skip, take, out);
  }
  if (highest_first) std::reverse(out.begin() + begin, out.end());
}

}  // namespace annals
