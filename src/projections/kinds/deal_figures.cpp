#include "projections/kinds/deal_figures.hpp"

#include "projections/kinds/kind_json.hpp"
#include "projections/windows.hpp"

namespace annals {
namespace {

std::chrono::year_month month_of(Day day) {
  const std::chrono::year_month_day date(day.date);
  return {date.year(), date.month()};
}

/// `2026-06`.
std::string format_month(std::chrono::year_month month) {
  return format_day(Day{std::chrono::sys_days(month / 1)}).substr(0, 7);
}

}  // namespace

DealFigures::DealFigures(const PipelineTotals& totals, Timestamp now, const Period& period)
    : month_(month_of(Day{std::chrono::floor<std::chrono::days>(now)})), stages_(totals.stages) {
  for (const auto& [day, deals] : totals.created) {
    if (period.has(day)) period_created_ += deals.count;
  }
  for (const auto& [day, deals] : totals.closed) {
    if (period.has(day)) period_closed_.add(deals);
    const auto ago = (month_ - month_of(day)).count();
    if (ago >= 0 && static_cast<std::size_t>(ago) < kMonths) months_[static_cast<std::size_t>(ago)].add(deals);
  }
}

Currency DealFigures::currency() const {
  DealTotals all;
  for (const auto& [id, stage] : stages_) all.add(stage.all);
  return all.commonest();
}

DealTotals DealFigures::open() const {
  DealTotals all;
  for (const auto& [id, stage] : stages_) all.add(stage.open);
  return all;
}

/// Rounded once, in the end.
AmountSum DealFigures::weighted(const ViewReader& views, PlatformId platform) const {
  const auto in = currency();
  AmountSum hundredfold;
  for (const auto& [id, totals] : stages_) {
    const auto stage = read_row<Stage>(views, platform, id);
    const auto percent = stage ? stage->plain.probability : 0;
    hundredfold.hundredths += totals.open.value(in).hundredths * static_cast<std::int64_t>(percent);
  }
  return percentage(hundredfold, 1);
}

std::string DealFigures::stages_json(const ViewReader& views, PlatformId platform, PipelineId pipeline) const {
  ResultsText by_stage;
  for (const auto& stage : stages_of(views, platform, pipeline)) {
    const auto found = stages_.find(stage.id);
    const auto& totals = found == stages_.end() ? StageTotals() : found->second;
    ObjectText shown;
    shown.key("stage").json(record_text(views, platform, stage).json);
    append_totals(shown, totals.all, currency(), stage.plain.probability);
    by_stage.next() += std::move(shown).close();
  }
  return std::move(by_stage).close();
}

void DealFigures::append_deals(ObjectText& object, const ViewReader& views, PlatformId platform,
                               const std::optional<KindRecord<Pipeline>>& pipeline) const {
  const auto in = currency();
  const auto opened = open();
  object.key("pipeline").json(pipeline ? record_text(views, platform, *pipeline).json : "null");
  object.key("currency").text(in.code());
  object.key("open_count").number(opened.count).key("pipeline_value").text(format_amount(opened.value(in)));
  object.key("weighted_value").text(format_amount(weighted(views, platform)));
  object.key("other_totals").json(opened.others_json(in));
  const auto& [won, lost] = months_.front();
  object.key("won_this_month_count").number(won.count);
  object.key("won_this_month_value").text(format_amount(won.value(in)));
  object.key("lost_this_month_count").number(lost.count);
  object.key("lost_this_month_value").text(format_amount(lost.value(in)));
  object.key("by_stage").json(pipeline ? stages_json(views, platform, pipeline->id) : "[]");
  append_months(object);
}

void DealFigures::append_months(ObjectText& object) const {
  const auto in = currency();
  ResultsText months;
  for (auto ago = kMonths; ago-- > 0;) {
    const auto& [won, lost] = months_[ago];
    ObjectText month;
    month.key("month").text(format_month(month_ - std::chrono::months(ago)));
    month.key("won_count").number(won.count).key("won_value").text(format_amount(won.value(in)));
    month.key("lost_count").number(lost.count).key("lost_value").text(format_amount(lost.value(in)));
    months.next() += std::move(month).close();
  }
  object.key("won_lost_by_month").json(std::move(months).close());
}

void DealFigures::append_period(ObjectText& object) const {
  const auto in = currency();
  const auto& [won, lost] = period_closed_;
  object.key("period_deals_created").number(period_created_);
  object.key("period_deals_won").number(won.count);
  object.key("period_deals_won_value").text(format_amount(won.value(in)));
  object.key("period_deals_lost").number(lost.count);
  object.key("period_deals_lost_value").text(format_amount(lost.value(in)));
}

}  // namespace annals
