#include "projections/lists.hpp"

#include <algorithm>
#include <mutex>
#include <shared_mutex>

#include "projections/gradual_list.hpp"

namespace annals {
namespace {

// In nanoseconds a record: what bench_lists measures of a million persons where few of them match (where all do,
// ordering takes a third).
constexpr std::uint64_t kOrdering = 100;
constexpr std::uint64_t kComparing = 500;
/// What an I/O thread may spend on one list.
constexpr std::uint64_t kLongList = 300'000;

/// A list that sets of rows give as it is.
template <class List>
class QuickList {
 public:
  QuickList(const ListContext& context, const List& list, const PageRequest& request)
      : context_(context), list_(list), request_(request) {}

  Result<Page> page() {
    for (Agreement agreement(context_.store, context_.platform);; agreement.pause()) {
      const auto tables = context_.tables();
      std::shared_lock lock(tables->lock);
      Page page;
      page.before = request_.before.value_or(Ordinal{List::table(*tables).size()});
      const auto rows = find(*tables, page);
      if (is_past_end(request_, page.count)) return std::unexpected(Problem(ProblemCode::invalid_page));
      if (all_held<List>(*tables, rows)) {
        page.results = held_results<List>(context_.platform, *tables, rows);
        return page;
      }
      const auto views = agreement.views(*tables);
      if (!views) continue;
      const auto joined = joins<List>(*tables, rows);
      lock.unlock();
      page.results = stored_results<List>(context_.platform, *views, rows, joined);
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
Result<Page> page_of(const ListContext& context, const List& list, const PageRequest& request) {
  if (list.needles.empty() && list.by_sets()) return QuickList<List>(context, list, request).page();
  return GradualList<List>(context, list, request).page();
}

/// Expected, in nanoseconds, from what is known without looking at single records.
template <class List>
std::uint64_t cost_of(const List& list, const PlatformTables& tables) {
  if (list.needles.empty() && list.by_sets()) return 0;
  const auto& table = List::table(tables);
  const auto matching = list.matching.in(tables).count_max();
  if (list.needles.empty()) return matching * (list.keys_from_texts() ? kComparing : kOrdering);
  auto candidates = matching;
  for (const auto& needle : list.needles) {
    candidates = std::min(candidates, table.text_index.trigrams().candidates_max(needle.folded()));
  }
  return std::min(matching, candidates + table.text_index.unsettled().cardinality()) * kComparing;
}

template <class List>
bool is_long(const ListContext& context, const List& list) {
  const auto tables = context.tables();
  const std::shared_lock lock(tables->lock);
  return cost_of(list, *tables) > kLongList;
}

}  // namespace

Result<Page> list_persons(const ListContext& context, const PersonFilter& filter, const PageRequest& request) {
  return page_of(context, PersonList(context, filter), request);
}

Result<Page> list_organizations(const ListContext& context, const OrganizationFilter& filter,
                                const PageRequest& request) {
  return page_of(context, OrganizationList(context, filter), request);
}

bool takes_long(const ListContext& context, const PersonFilter& filter) {
  return is_long(context, PersonList(context, filter));
}

bool takes_long(const ListContext& context, const OrganizationFilter& filter) {
  return is_long(context, OrganizationList(context, filter));
}

}  // namespace annals
