#include "projections/indexes/trigrams.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace annals {
namespace {

Trigram trigram(char first, char second, char third) {
  const auto byte = [](char c) { return static_cast<Trigram>(static_cast<unsigned char>(c)); };
  return byte(first) << 16 | byte(second) << 8 | byte(third);
}

void make_unique(std::vector<Trigram>& trigrams) {
  std::sort(trigrams.begin(), trigrams.end());
  trigrams.erase(std::unique(trigrams.begin(), trigrams.end()), trigrams.end());
}

constexpr int kTrigramBits = 24;
constexpr int kDigitBits = 12;

/// One pass of a radix sort by `kDigitBits` of the trigram; keeps the order of equal ones.
void sort_by_digit(const std::vector<std::uint64_t>& from, std::vector<std::uint64_t>& to, int shift) {
  std::array<std::uint32_t, 1 << kDigitBits> places{};
  const auto digit = [&](std::uint64_t item) { return item >> shift & (places.size() - 1); };
  for (const auto item : from) ++places[digit(item)];
  std::uint32_t place = 0;
  for (auto& one : places) place += std::exchange(one, place);
  to.resize(from.size());
  for (const auto item : from) to[places[digit(item)]++] = item;
}

}  // namespace

void append_trigrams(std::string_view folded, std::vector<Trigram>& out) {
  if (folded.size() == 1) return out.push_back(trigram(folded[0], 0, 0));
  for (std::size_t at = 0; at + 1 < folded.size(); ++at) {
    out.push_back(trigram(folded[at], folded[at + 1], at + 2 < folded.size() ? folded[at + 2] : '\0'));
  }
}

void TrigramIndex::add(Row row, std::vector<Trigram> trigrams) {
  for (const auto one : trigrams) add_one(row, one);
}

void TrigramIndex::change(Row row, std::vector<Trigram> before, std::vector<Trigram> after) {
  make_unique(before);
  make_unique(after);
  std::vector<Trigram> lost;
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(lost));
  for (const auto one : lost) {
    const auto found = rows_.find(one);
    if (found == rows_.end()) continue;
    found->second.remove(row);
    if (found->second.isEmpty()) rows_.erase(found);
  }
  std::vector<Trigram> gained;
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(gained));
  for (const auto one : gained) add_one(row, one);
}

void TrigramIndex::Batch::add(Row row, const std::vector<Trigram>& trigrams) {
  for (const auto one : trigrams) found_.push_back(static_cast<std::uint64_t>(one) << 32 | row);
}

void TrigramIndex::Batch::add_to(TrigramIndex& index) {
  sort_by_digit(found_, sorted_, 32);
  sort_by_digit(sorted_, found_, 32 + kDigitBits);
  static_assert(2 * kDigitBits == kTrigramBits);
  std::vector<std::uint32_t> rows;
  for (std::size_t at = 0; at < found_.size();) {
    const auto one = found_[at] >> 32;
    rows.clear();
    for (; at < found_.size() && found_[at] >> 32 == one; ++at) {
      const auto row = static_cast<Row>(found_[at]);
      if (rows.empty() || rows.back() != row) rows.push_back(row);
    }
    index.rows_[static_cast<Trigram>(one)].addMany(rows.size(), rows.data());
  }
  found_.clear();
}

void TrigramIndex::take(TrigramIndex&& others) {
  for (auto& [one, rows] : others.rows_) {
    auto& own = rows_[one];
    if (own.isEmpty()) {
      own = std::move(rows);
    } else {
      own |= rows;
    }
  }
}

std::vector<const Roaring*> TrigramIndex::sets_of(std::string_view folded) const {
  std::vector<const Roaring*> sets;
  for (std::size_t at = 0; at + 2 < folded.size(); ++at) {
    const auto found = rows_.find(trigram(folded[at], folded[at + 1], folded[at + 2]));
    if (found == rows_.end()) return {};
    sets.push_back(&found->second);
  }
  return sets;
}

/// One byte stands first or second in a trigram wherever it stands in a text; two bytes stand first and second.
Roaring TrigramIndex::with_short(std::string_view folded) const {
  std::vector<const Roaring*> sets;
  const auto first = static_cast<unsigned char>(folded[0]);
  for (const auto& [one, rows] : rows_) {
    const bool has = folded.size() == 1 ? one >> 16 == first || (one >> 8 & 0xFF) == first
                                        : one >> 8 == trigram(folded[0], folded[1], 0) >> 8;
    if (has) sets.push_back(&rows);
  }
  return Roaring::fastunion(sets.size(), sets.data());
}

Roaring TrigramIndex::candidates(std::string_view folded) const {
  if (folded.size() < 3) return with_short(folded);
  auto sets = sets_of(folded);
  if (sets.empty()) return {};
  std::sort(sets.begin(), sets.end(),
            [](const Roaring* left, const Roaring* right) { return left->cardinality() < right->cardinality(); });
  Roaring found = *sets.front();
  for (std::size_t at = 1; at < sets.size() && !found.isEmpty(); ++at) found &= *sets[at];
  return found;
}

std::uint64_t TrigramIndex::candidates_max(std::string_view folded) const {
  if (folded.size() < 3) return ~std::uint64_t{0};
  std::uint64_t fewest = ~std::uint64_t{0};
  for (const auto* set : sets_of(folded)) fewest = std::min(fewest, set->cardinality());
  return fewest == ~std::uint64_t{0} ? 0 : fewest;
}

std::size_t TrigramIndex::bytes() const {
  std::size_t bytes = 0;
  for (const auto& [one, rows] : rows_) bytes += rows.getSizeInBytes(false) + sizeof(Roaring) + 24;
  return bytes;
}

}  // namespace annals
