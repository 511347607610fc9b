#include "projections/indexes/rare_sets.hpp"

#include <algorithm>

namespace annals {
namespace {

constexpr std::size_t kFew = 64;
/// Back only when a good deal fewer, so that nothing goes to and fro.
constexpr std::size_t kFewAgain = kFew / 2;

}  // namespace

void RareRows::add(Row row) {
  if (many_) return many_->add(row);
  const auto at = std::ranges::lower_bound(few_, row);
  if (at != few_.end() && *at == row) return;
  few_.insert(at, row);
  if (few_.size() <= kFew) return;
  many_ = std::make_unique<RowSet>();
  for (const auto one : few_) many_->add(one);
  few_ = {};
}

void RareRows::remove(Row row) {
  if (!many_) {
    const auto at = std::ranges::lower_bound(few_, row);
    if (at != few_.end() && *at == row) few_.erase(at);
    return;
  }
  many_->remove(row);
  if (many_->count() > kFewAgain) return;
  few_ = rows();
  many_.reset();
}

std::vector<Row> RareRows::rows() const {
  if (!many_) return few_;
  std::vector<Row> rows;
  rows.reserve(many_->count());
  many_->for_each([&](Row row) { rows.push_back(row); });
  return rows;
}

std::size_t RareRows::bytes() const {
  return sizeof(*this) + few_.capacity() * sizeof(Row) + (many_ ? many_->bytes() : 0);
}

}  // namespace annals
