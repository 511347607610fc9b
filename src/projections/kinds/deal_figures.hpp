#pragma once

#include <array>

#include "projections/kinds/deal_table.hpp"
#include "projections/kinds/deal_totals.hpp"

namespace annals {

/// Days, inclusive both.
struct Period {
  std::optional<Day> start;  ///< nullopt: since ever
  Day end;
  bool has(Timestamp at) const {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    return (!start || start->date <= day) && day <= end.date;
  }
};

/// Deals that were closed.
struct ClosedDeals {
  DealTotals won;
  DealTotals lost;
  void add(const DealCreated::Plain& deal) { (deal.status == DealStatus::won ? won : lost).add(deal); }
};

/// What the deals of one pipeline amount to at a time.
class DealFigures {
 public:
  static constexpr std::size_t kMonths = 12;

  DealFigures(PipelineId pipeline, Timestamp now, const Period& period);
  void add(const RecordRow<Deal>& deal);

  /// In the order of `stages`, those of the pipeline.
  void append_deals(ObjectText& object, const ViewReader& views, PlatformId platform,
                    const KindRecord<Pipeline>& pipeline) const;
  /// `period_deals_created` and what follows it.
  void append_period(ObjectText& object) const;

 private:
  struct Stage {
    DealTotals all;
    DealTotals open;
  };
  Currency currency() const;
  DealTotals open() const;
  void append_months(ObjectText& object) const;

  const PipelineId pipeline_;
  const std::chrono::year_month month_;  ///< the current one
  const Period period_;
  std::map<StageId, Stage> stages_;
  std::array<ClosedDeals, kMonths> months_;  ///< the first is the current one
  ClosedDeals period_closed_;
  std::uint64_t period_created_ = 0;
};

}  // namespace annals
