#include "projections/kinds/pipeline_totals.hpp"

namespace annals {
namespace {

Day day_of(Timestamp at) {
  return Day{std::chrono::floor<std::chrono::days>(at)};
}

}  // namespace

void ClosedDeals::add(const ClosedDeals& others) {
  won.add(others.won);
  lost.add(others.lost);
}

void PipelineTotals::count(const DealCreated::Plain& deal, Timestamp created_at, Counted how) {
  const bool open = deal.status == DealStatus::open;
  in_map(stages, deal.stage, [&](StageTotals& stage) {
    stage.all.count_deal(deal, how);
    if (open) stage.open.count_deal(deal, how);
  });
  in_map(created, day_of(created_at), [&](CreatedDeals& deals) { how == Counted::in ? ++deals.count : --deals.count; });
  if (open || !deal.closed_at) return;
  in_map(closed, day_of(*deal.closed_at),
         [&](ClosedDeals& deals) { (deal.status == DealStatus::won ? deals.won : deals.lost).count_deal(deal, how); });
}

void PipelineTotals::add(const PipelineTotals& others) {
  for (const auto& [stage, totals] : others.stages) {
    stages[stage].all.add(totals.all);
    stages[stage].open.add(totals.open);
  }
  for (const auto& [day, deals] : others.closed) closed[day].add(deals);
  for (const auto& [day, deals] : others.created) created[day].count += deals.count;
}

}  // namespace annals
