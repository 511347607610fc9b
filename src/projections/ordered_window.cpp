#include "projections/ordered_window.hpp"

#include <algorithm>

namespace annals {
namespace {

bool is_set(const std::vector<bool>& rows, Row row) {
  return row < rows.size() && rows[row];
}

void note(std::vector<bool>& rows, Row row) {
  if (row >= rows.size()) rows.resize(row + row / 8 + 64);
  rows[row] = true;
}

}  // namespace

bool ListOrder::operator()(const Ranked& left, const Ranked& right) const {
  if (left.key != right.key) return descending ? left.key > right.key : left.key < right.key;
  if (const auto names = left.name.compare(right.name); names != 0) return descending ? names > 0 : names < 0;
  return left.row > right.row;
}

/// As far as it can be told without names.
bool OrderedWindow::earlier(const Keyed& left, const Keyed& right) const {
  if (left.key != right.key) return order_.descending ? left.key > right.key : left.key < right.key;
  return !order_.by_name && left.row > right.row;
}

std::vector<OrderedWindow::Keyed> OrderedWindow::cut(std::vector<Keyed> records) {
  const auto size = records.size();
  const auto low = window_.skip > margin_ ? std::min<std::uint64_t>(window_.skip - margin_, size) : 0;
  const auto high = std::min<std::uint64_t>(window_.skip + window_.take + margin_, size);
  if (low == high) {
    for (const auto& record : records) note(in_front_, record.row);
    front_ = size;
    return {};
  }
  const auto before = [this](const Keyed& left, const Keyed& right) { return earlier(left, right); };
  const auto at = [&](std::uint64_t place) { return records.begin() + static_cast<std::ptrdiff_t>(place); };
  if (low > 0) std::nth_element(at(0), at(low), at(size), before);
  if (high < size) std::nth_element(at(low), at(high - 1), at(size), before);
  const auto [first, last] = std::minmax_element(at(low), at(high), before);
  const auto lower = *first;
  const auto upper = *last;
  std::vector<Keyed> kept;
  for (const auto& record : records) {
    if (earlier(record, lower)) {
      note(in_front_, record.row);
      ++front_;
    } else if (!earlier(upper, record)) {
      kept.push_back(record);
    }
  }
  return kept;
}

/// Leaves the window and its margin, in order.
void OrderedWindow::trim() {
  const auto size = region_.size();
  const auto place = [&](std::uint64_t in_list) {
    return region_.begin() +
           static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(in_list - std::min(in_list, front_), size));
  };
  const auto low = place(window_.skip - std::min(window_.skip, margin_));
  const auto high = place(window_.skip + window_.take + margin_);
  if (low != region_.end()) std::nth_element(region_.begin(), low, region_.end(), order_);
  if (high != region_.end()) std::nth_element(low, high, region_.end(), order_);
  for (auto at = region_.begin(); at != low; ++at) note(in_front_, at->row);
  front_ += static_cast<std::uint64_t>(low - region_.begin());
  region_.erase(high, region_.end());
  region_.erase(region_.begin(), low);
  std::sort(region_.begin(), region_.end(), order_);
}

void OrderedWindow::select(std::vector<Keyed> records, const ReadNames& read_names) {
  count_ = records.size();
  for (const auto& record : records) note(in_list_, record.row);
  for (const auto& record : cut(std::move(records))) region_.push_back({record.key, record.row, {}});
  if (order_.by_name) {
    read_names(region_);
    trim();
  } else {
    std::sort(region_.begin(), region_.end(), order_);
  }
  past_end_ = region_.empty() && count_ > 0;
  if (past_end_) return;
  if (front_ > 0) first_ = region_.front();
  if (front_ + region_.size() < count_) last_ = region_.back();
}

void OrderedWindow::remove(Row row) {
  if (!is_set(in_list_, row)) return;
  in_list_[row] = false;
  --count_;
  if (is_set(in_front_, row)) {
    in_front_[row] = false;
    --front_;
    return;
  }
  std::erase_if(region_, [row](const Ranked& record) { return record.row == row; });
}

void OrderedWindow::insert(Ranked record) {
  note(in_list_, record.row);
  ++count_;
  if (first_ && order_(record, *first_)) {
    note(in_front_, record.row);
    ++front_;
  } else if (!last_ || !order_(*last_, record)) {
    region_.insert(std::upper_bound(region_.begin(), region_.end(), record, order_), std::move(record));
  }
}

std::optional<std::vector<Row>> OrderedWindow::rows() const {
  std::vector<Row> rows;
  if (window_.skip >= count_) return rows;
  if (past_end_ || window_.skip < front_) return std::nullopt;
  const auto begin = window_.skip - front_;
  const auto end = std::min(begin + window_.take, count_ - front_);
  if (end > region_.size()) return std::nullopt;
  for (auto at = begin; at < end; ++at) rows.push_back(region_[at].row);
  return rows;
}

}  // namespace annals
