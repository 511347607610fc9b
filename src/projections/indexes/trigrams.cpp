#include "projections/indexes/trigrams.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "projections/indexes/words.hpp"

namespace annals {
namespace {

constexpr int kTrigramBits = 26;
constexpr int kDigitBits = 13;

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

TrigramIndex::Pair pair_of(Trigram trigram) {
  return static_cast<TrigramIndex::Pair>(trigram >> 8);
}

/// Where the ending of a trigram stands, or would.
auto place_of(auto& endings, Trigram trigram) {
  const auto third = static_cast<std::uint8_t>(trigram);
  return std::lower_bound(endings.begin(), endings.end(), third,
                          [](const TrigramIndex::Ending& ending, std::uint8_t byte) { return ending.third < byte; });
}

}  // namespace

void append_trigrams(std::string_view folded, std::vector<Trigram>& out, Scope scope) {
  const auto byte = [&](std::size_t at) { return at < folded.size() ? folded[at] : '\0'; };
  const auto last = std::max<std::size_t>(folded.size(), 2) - 1;
  for (std::size_t at = 0; at < last && at < folded.size(); ++at) {
    out.push_back(trigram_of(byte(at), byte(at + 1), byte(at + 2), scope));
  }
  if (scope == Scope::lists || folded.empty()) return;
  out.push_back(trigram_of(kTextMark, byte(0), byte(1), scope));
  for (std::size_t at = 1; at < folded.size(); ++at) {
    if (word_begins(folded, at)) out.push_back(trigram_of(kWordMark, byte(at), byte(at + 1), scope));
  }
}

void make_unique(std::vector<Trigram>& trigrams) {
  std::sort(trigrams.begin(), trigrams.end());
  trigrams.erase(std::unique(trigrams.begin(), trigrams.end()), trigrams.end());
}

Roaring& TrigramIndex::of(Trigram trigram) {
  auto& endings = endings_[pair_of(trigram)];
  const auto place = place_of(endings, trigram);
  const auto third = static_cast<std::uint8_t>(trigram);
  if (place != endings.end() && place->third == third) return place->rows;
  return endings.insert(place, Ending{third, Roaring()})->rows;
}

void TrigramIndex::add(Row row, const std::vector<Trigram>& trigrams) {
  for (const auto one : trigrams) of(one).add(row);
}

void TrigramIndex::remove(Row row, const std::vector<Trigram>& trigrams) {
  for (const auto one : trigrams) remove_rows(one, {&row, 1});
}

void TrigramIndex::remove_rows(Trigram trigram, std::span<const Row> rows) {
  const auto found = endings_.find(pair_of(trigram));
  if (found == endings_.end()) return;
  auto& endings = found->second;
  const auto place = place_of(endings, trigram);
  if (place == endings.end() || place->third != static_cast<std::uint8_t>(trigram)) return;
  for (const auto row : rows) place->rows.remove(row);
  if (!place->rows.isEmpty()) return;
  endings.erase(place);
  if (endings.empty()) endings_.erase(found);
}

void TrigramIndex::change(Row row, const std::vector<Trigram>& before, const std::vector<Trigram>& after) {
  std::vector<Trigram> lost;
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(lost));
  remove(row, lost);
  std::vector<Trigram> gained;
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(gained));
  add(row, gained);
}

void TrigramIndex::take(TrigramIndex&& others) {
  for (auto& [pair, endings] : others.endings_) {
    auto& own = endings_[pair];
    if (own.empty()) {
      own = std::move(endings);
      continue;
    }
    for (auto& ending : endings) of(static_cast<Trigram>(pair) << 8 | ending.third) |= ending.rows;
  }
}

const Roaring* TrigramIndex::rows_with(Trigram trigram) const {
  const auto found = endings_.find(pair_of(trigram));
  if (found == endings_.end()) return nullptr;
  const auto place = place_of(found->second, trigram);
  const bool has = place != found->second.end() && place->third == static_cast<std::uint8_t>(trigram);
  return has ? &place->rows : nullptr;
}

std::span<const TrigramIndex::Ending> TrigramIndex::endings_of(Pair pair) const {
  const auto found = endings_.find(pair);
  if (found == endings_.end()) return {};
  return found->second;
}

std::uint64_t TrigramIndex::candidates_max(std::string_view folded) const {
  std::uint64_t all = 0;
  for (const auto scope : {Scope::all, Scope::lists}) {
    std::uint64_t fewest = ~std::uint32_t{0};  // a short text says nothing
    for (std::size_t at = 0; at + 2 < folded.size(); ++at) {
      const auto* rows = rows_with(trigram_of(folded[at], folded[at + 1], folded[at + 2], scope));
      fewest = std::min(fewest, rows == nullptr ? 0 : rows->cardinality());
    }
    all += fewest;
  }
  return all;
}

std::size_t TrigramIndex::bytes() const {
  std::size_t bytes = 0;
  for (const auto& [pair, endings] : endings_) {
    for (const auto& ending : endings) bytes += ending.rows.getSizeInBytes(false) + sizeof(Ending);
  }
  return bytes;
}

void TrigramBatch::add(Row row, const std::vector<Trigram>& trigrams) {
  for (const auto one : trigrams) found_.push_back(static_cast<std::uint64_t>(one) << 32 | row);
}

void TrigramBatch::sort() {
  sort_by_digit(found_, sorted_, 32);
  sort_by_digit(sorted_, found_, 32 + kDigitBits);
  static_assert(2 * kDigitBits == kTrigramBits);
}

void TrigramBatch::clear() {
  found_.clear();
  at_ = 0;
}

void TrigramBatch::add_to(TrigramIndex& index) {
  sort();
  next(found_.size(), [&](Trigram one, const std::vector<Row>& rows) { index.add_rows(one, rows); });
  clear();
}

}  // namespace annals
