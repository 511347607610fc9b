#pragma once

#include <map>

#include "core/time.hpp"
#include "projections/kinds/deal_totals.hpp"

namespace annals {

/// Lets `with` change what a map has under a key, and keeps nothing that is empty.
template <class Key, class Value>
void in_map(std::map<Key, Value>& map, const Key& key, auto&& with) {
  const auto at = map.try_emplace(key).first;
  with(at->second);
  if (at->second.empty()) map.erase(at);
}

struct StageTotals {
  DealTotals all;
  DealTotals open;
  bool empty() const { return all.empty(); }
  bool operator==(const StageTotals&) const = default;
};

/// Deals that were closed.
struct ClosedDeals {
  DealTotals won;
  DealTotals lost;
  bool empty() const { return won.empty() && lost.empty(); }
  void add(const ClosedDeals& others);
  bool operator==(const ClosedDeals&) const = default;
};

struct CreatedDeals {
  std::uint64_t count = 0;
  bool empty() const { return count == 0; }
  bool operator==(const CreatedDeals&) const = default;
};

/// What the deals of one pipeline amount to, as they come and go: exact, since it is all integers. Days are UTC's.
struct PipelineTotals {
  std::map<StageId, StageTotals> stages;
  std::map<Day, ClosedDeals> closed;  ///< by the day of `closed_at`
  std::map<Day, CreatedDeals> created;

  void count(const DealCreated::Plain& deal, Timestamp created_at, Counted how);
  /// Those of another pipeline.
  void add(const PipelineTotals& others);
  bool empty() const { return stages.empty(); }
  bool operator==(const PipelineTotals&) const = default;
};

}  // namespace annals
