#include "projections/indexes/candidate_search.hpp"

#include <algorithm>

namespace annals {
namespace {

/// What a step may touch: some 10 bytes a nanosecond, and for every set one or two places that no cache has.
constexpr std::size_t kStepBytes = 1 << 20;
constexpr std::size_t kSetBytes = 1024;

std::size_t cost_of(const Roaring& rows) {
  return rows.getSizeInBytes(false) + kSetBytes;
}

}  // namespace

/// One byte stands first or second in a trigram wherever it stands in a text; two bytes stand first and second.
CandidateSearch::CandidateSearch(std::string_view folded) {
  if (folded.size() >= 3) {
    append_trigrams(folded, trigrams_);
    trigrams_.pop_back();  // the one with the NUL: the text may go on
    make_unique(trigrams_);
    return;
  }
  const unsigned first = static_cast<unsigned char>(folded[0]);
  if (folded.size() == 2) {
    pairs_.push_back(static_cast<TrigramIndex::Pair>(first << 8 | static_cast<unsigned char>(folded[1])));
    return;
  }
  for (unsigned other = 0; other < 256; ++other) {
    pairs_.push_back(static_cast<TrigramIndex::Pair>(first << 8 | other));
    if (other != first) pairs_.push_back(static_cast<TrigramIndex::Pair>(other << 8 | first));
  }
}

bool CandidateSearch::step(const TrigramIndex& index) {
  return trigrams_.empty() ? unite(index) : intersect(index);
}

void CandidateSearch::put_rarest_first(const TrigramIndex& index) {
  std::vector<std::pair<std::uint64_t, Trigram>> by_rows;
  for (const auto one : trigrams_) {
    const auto* rows = index.rows_with(one);
    by_rows.emplace_back(rows == nullptr ? 0 : rows->cardinality(), one);
  }
  std::sort(by_rows.begin(), by_rows.end());
  for (std::size_t at = 0; at < by_rows.size(); ++at) trigrams_[at] = by_rows[at].second;
}

bool CandidateSearch::intersect(const TrigramIndex& index) {
  if (at_ == 0) put_rarest_first(index);
  for (std::size_t cost = 0; at_ < trigrams_.size() && cost < kStepBytes; ++at_) {
    const auto* rows = index.rows_with(trigrams_[at_]);
    if (rows == nullptr) {
      rows_ = Roaring();
      return false;
    }
    cost += cost_of(*rows) + cost_of(rows_);
    if (at_ == 0) {
      rows_ = *rows;
    } else {
      rows_ &= *rows;
    }
    if (rows_.isEmpty()) return false;
  }
  return at_ < trigrams_.size();
}

bool CandidateSearch::unite(const TrigramIndex& index) {
  std::vector<const Roaring*> sets{&rows_};
  for (std::size_t cost = 0; at_ < pairs_.size() && cost < kStepBytes;) {
    cost += kSetBytes / 4;
    const auto endings = index.endings_of(pairs_[at_]);
    auto ending = std::find_if(endings.begin(), endings.end(),
                               [&](const TrigramIndex::Ending& one) { return one.third >= third_; });
    for (; ending != endings.end() && cost < kStepBytes; ++ending) {
      sets.push_back(&ending->rows);
      cost += cost_of(ending->rows);
      third_ = ending->third + 1u;
    }
    if (ending != endings.end()) break;
    ++at_;
    third_ = 0;
  }
  rows_ = Roaring::fastunion(sets.size(), sets.data());
  return at_ < pairs_.size();
}

}  // namespace annals
