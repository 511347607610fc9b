#pragma once

#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "projections/gradual_list.hpp"

/// How a list is made, of whatever records: projections/listed_records.hpp and projections/kinds/kind_lists.hpp say
/// what of each kind.
namespace annals {

/// A list that sets of rows give as it is.
template <class List>
class QuickList {
 public:
  QuickList(const ListContext& context, const List& list, const PageRequest& request)
      : context_(context), list_(list), request_(request) {}

  Result<Page> page() {
    for (Agreement agreement(context_.store, context_.platform);; agreement.pause()) {
      const auto tables = context_.tables();
      TablesLock lock(tables->lock);
      Page page;
      page.before = request_.before.value_or(Ordinal{List::table(*tables).size()});
      const auto rows = find(*tables, page);
      if (is_past_end(request_, page.count)) return std::unexpected(Problem(ProblemCode::invalid_page));
      auto results = list_.results(context_, *tables, rows, agreement, lock);
      if (!results) continue;
      page.results = *std::move(results);
      return page;
    }
  }

 private:
  std::vector<Row> find(const PlatformTables& tables, Page& page) const {
    const auto window = window_of(request_);
    std::vector<Row> rows;
    for (auto& run : list_.runs(tables)) {
      run.until(page.before.value);
      const Matches matches(run);
      const auto skipped = std::max(window.skip, page.count) - page.count;
      matches.append_rows(skipped, window.take - rows.size(), list_.newest_first(), rows);
      page.count += matches.count();
    }
    return rows;
  }

  const ListContext& context_;
  const List& list_;
  const PageRequest& request_;
};

template <class List>
bool is_quick(const List& list) {
  return list.needles.empty() && list.by_sets();
}

template <class List>
Result<Page> page_of(const ListContext& context, const List& list, const PageRequest& request) {
  if (is_quick(list)) return QuickList<List>(context, list, request).page();
  return GradualList<List>(context, list, request).page();
}

/// Expected, in nanoseconds, from what is known without looking at single records.
template <class List>
std::uint64_t cost_of(const List& list, const PlatformTables& tables) {
  // A record: what bench_lists and bench_deals measure at a million where few match (where all do, ordering takes a
  // third).
  constexpr std::uint64_t kOrdering = 100;
  constexpr std::uint64_t kComparing = 500;
  constexpr std::uint64_t kReading = 7'000;
  if (is_quick(list)) return 0;
  const auto matching = list.matching.in(tables).count_max();
  if (list.needles.empty()) return matching * (keys_from_texts(list) ? kComparing : kOrdering);
  std::uint64_t cost = 0;
  if constexpr (HasTexts<List>) {
    const auto& index = List::table(tables).text_index;
    auto candidates = matching;
    for (const auto& needle : list.needles) {
      candidates = std::min(candidates, index.trigrams().candidates_max(needle.folded()));
    }
    cost += std::min(matching, candidates + index.unsettled().cardinality()) * kComparing;
  }
  if constexpr (ReadsRecords<List>) cost += std::min(matching, List::read_for(tables).count()) * kReading;
  return cost;
}

/// Whether it is expected to take more than an I/O thread may spend on one list.
template <class List>
bool is_long(const ListContext& context, const List& list) {
  constexpr std::uint64_t kLongList = 300'000;
  const auto tables = context.tables();
  const std::shared_lock lock(tables->lock);
  return cost_of(list, *tables) > kLongList;
}

}  // namespace annals
