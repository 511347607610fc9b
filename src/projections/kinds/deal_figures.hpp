#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>

#include "projections/kinds/pipeline_totals.hpp"

namespace annals {

/// Days, inclusive both.
struct Period {
  std::optional<Day> start;  ///< nullopt: since ever
  Day end;
  bool has(Day day) const { return (!start || *start <= day) && day <= end; }
};

/// What an overview shows of one pipeline's totals, or of those of all, at a time. Costs its stages, its days and their
/// currencies.
class DealFigures {
 public:
  static constexpr std::size_t kMonths = 6;

  DealFigures(const PipelineTotals& totals, Timestamp now, const Period& period);

  /// Stage by stage those of the pipeline; nullopt: there is none.
  void append_deals(ObjectText& object, const ViewReader& views, PlatformId platform,
                    const std::optional<KindRecord<Pipeline>>& pipeline) const;
  /// `period_deals_created` and what follows it.
  void append_period(ObjectText& object) const;

 private:
  Currency currency() const;
  DealTotals open() const;
  AmountSum weighted(const ViewReader& views, PlatformId platform) const;
  std::string stages_json(const ViewReader& views, PlatformId platform, PipelineId pipeline) const;
  void append_months(ObjectText& object) const;

  const std::chrono::year_month month_;  ///< the current one
  const std::map<StageId, StageTotals> stages_;
  std::array<ClosedDeals, kMonths> months_;  ///< the first is the current one
  ClosedDeals period_closed_;
  std::uint64_t period_created_ = 0;
};

}  // namespace annals
