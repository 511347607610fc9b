#include "projections/indexes/text_index.hpp"

#include <cstring>

namespace annals {
namespace {

/// Trigrams say much of the text that they are from.
void wipe(std::vector<Trigram>& trigrams) {
  if (!trigrams.empty()) ::explicit_bzero(trigrams.data(), trigrams.size() * sizeof(Trigram));
}

}  // namespace

bool TextIndex::leave_move(Row row) {
  if (!moving_.removeChecked(row)) return false;
  some_left_ = true;
  return true;
}

/// What was noted is personal data.
void TextIndex::forget_outdated(Row row) {
  const auto found = outdated_.find(row);
  if (found == outdated_.end()) return;
  auto& noted = found->second.trigrams;
  trigrams_.remove(row, noted);
  wipe(noted);
  outdated_.erase(found);
}

std::vector<Row> TextIndex::move_in(std::size_t rows_max) {
  std::vector<Row> rows;
  for (const auto row : unsettled_) {
    if (rows.size() == rows_max) break;
    if (!outdated_.contains(row)) rows.push_back(row);
  }
  moving_ = Roaring(rows.size(), rows.data());
  some_left_ = false;
  return rows;
}

void TextIndex::add_rows(Trigram trigram, std::vector<Row>& rows) {
  if (some_left_) std::erase_if(rows, [this](Row row) { return !moves(row); });
  if (!rows.empty()) trigrams_.add_rows(trigram, rows);
}

void TextIndex::moved_in() {
  unsettled_ -= moving_;
  moving_ = Roaring();
}

std::vector<Row> TextIndex::outdated(std::size_t rows_max) const {
  std::vector<Row> rows;
  for (const auto& [row, trigrams] : outdated_) {
    if (rows.size() == rows_max) break;
    rows.push_back(row);
  }
  return rows;
}

void TextIndex::settle(Row row, const std::vector<Trigram>& trigrams) {
  const auto found = outdated_.find(row);
  if (found == outdated_.end()) return;
  auto& noted = found->second.trigrams;
  if (found->second.complete) {
    trigrams_.change(row, noted, trigrams);
  } else {
    trigrams_.remove(row, noted);
    trigrams_.add(row, trigrams);
  }
  wipe(noted);
  outdated_.erase(found);
  unsettled_.remove(row);
}

}  // namespace annals
