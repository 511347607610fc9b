#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "projections/indexes/row_set.hpp"

namespace annals {

/// The rows of a value that mostly few have: ascending in a list while they are few, else as a RowSet.
class RareRows {
 public:
  void add(Row row);
  void remove(Row row);
  std::uint64_t count() const { return many_ ? many_->count() : few_.size(); }
  /// nullptr: they are few.
  const RowSet* many() const { return many_.get(); }
  std::span<const Row> few() const { return few_; }
  /// A copy, ascending.
  std::vector<Row> rows() const;
  std::size_t bytes() const;
  /// The same rows, however they are held.
  bool operator==(const RareRows& other) const { return rows() == other.rows(); }

 private:
  std::vector<Row> few_;
  std::unique_ptr<RowSet> many_;
};

/// As RowSets, of an attribute with many values that few rows have each: some 110 bytes a value. Grows part by part, so
/// that nothing waits for all of it.
template <class Value, class Hash = std::hash<Value>>
class RareSets {
 public:
  void add(const Value& value, Row row) { part_of(parts_, value)[value].add(row); }
  void remove(const Value& value, Row row) {
    auto& part = part_of(parts_, value);
    const auto found = part.find(value);
    if (found == part.end()) return;
    found->second.remove(row);
    if (found->second.count() == 0) part.erase(found);
  }
  /// None for a value that no row has.
  const RareRows& of(const Value& value) const {
    static const RareRows none;
    const auto& part = part_of(parts_, value);
    const auto found = part.find(value);
    return found == part.end() ? none : found->second;
  }
  std::size_t bytes() const {
    std::size_t bytes = 0;
    for (const auto& part : parts_) {
      bytes += part.bucket_count() * sizeof(void*);
      for (const auto& [value, rows] : part) bytes += sizeof(value) + rows.bytes() + 2 * sizeof(void*);
    }
    return bytes;
  }
  bool operator==(const RareSets&) const = default;

 private:
  static constexpr int kPartBits = 6;
  using Parts = std::array<std::unordered_map<Value, RareRows, Hash>, 1 << kPartBits>;

  /// Every bit of the hash has its say in which part: ids that follow each other hash to what follows each other.
  static auto& part_of(auto& parts, const Value& value) {
    constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15ULL;
    return parts[static_cast<std::uint64_t>(Hash{}(value)) * kGolden >> (64 - kPartBits)];
  }

  Parts parts_;
};

}  // namespace annals
