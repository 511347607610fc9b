#include "commands/activity/activity_relation.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace annals {
namespace {

/// The deals that go back when this merge is taken back.
std::set<DealId> returning_deals(const State& state, PersonId duplicate, PersonId primary) {
  std::set<DealId> deals;
  const auto merge = state.merge_of(duplicate);
  if (!merge) return deals;
  for (const auto& records : merge->relations) {
    if (records.relation != Deal::relation) continue;
    const auto back = RecordRelation<Deal>().returned(state, duplicate, primary, records);
    for (const auto id : back.returned) deals.insert(DealId{id});
  }
  return deals;
}

}  // namespace

ReturnedRecords ActivityRelation::returned(const State& state, PersonId duplicate, PersonId primary,
                                           const MovedRecords& records) const {
  const auto deals = returning_deals(state, duplicate, primary);
  auto back = RecordRelation::returned(state, duplicate, primary, records);
  const auto stays = [&](std::uint64_t id) {
    const auto deal = state.kinds().record(ActivityId{id})->plain.deal;
    return deal && !deals.contains(*deal);
  };
  std::ranges::copy_if(back.returned, std::back_inserter(back.kept), stays);
  std::erase_if(back.returned, stays);
  for (const auto deal : deals) {
    for (const auto id : state.kinds().referring(Activity{}, deal)) {
      const bool moved = std::ranges::find(records.moved, id.value) != records.moved.end();
      if (!moved && state.kinds().record(id)->plain.person == primary) back.returned.push_back(id.value);
    }
  }
  return back;
}

}  // namespace annals
