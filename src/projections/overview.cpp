#include "projections/overview.hpp"

#include <mutex>
#include <optional>
#include <shared_mutex>

#include "projections/agreement.hpp"
#include "projections/kinds/deal_figures.hpp"
#include "projections/kinds/kind_json.hpp"
#include "projections/matching.hpp"

namespace annals {
namespace {

struct ActivityFigures {
  std::uint64_t open = 0;
  std::uint64_t due_today = 0;
  std::uint64_t overdue = 0;
  std::uint64_t done_in_period = 0;
};

/// Of what is due today each is looked at.
ActivityFigures figures_of(const ActivityTable& activities, const Period& period, Timestamp now) {
  const auto& index = activities.index;
  const Day today{std::chrono::floor<std::chrono::days>(now)};
  ActivityFigures figures;
  figures.open = index.done[0].count();
  figures.due_today = index.due.of(today).count();
  figures.overdue = index.due.count(std::nullopt, Day{today.date - std::chrono::days(1)});
  index.due.of(today).for_each([&](Row row) {
    if (*KindIndex<Activity>::due_of(activities.plain[row]) < now) ++figures.overdue;
  });
  figures.done_in_period = index.done_on.count(period.start, period.end);
  return figures;
}

struct Figures {
  std::uint64_t persons = 0;
  std::uint64_t persons_created = 0;
  std::uint64_t organizations = 0;
  std::optional<KindRecord<Pipeline>> pipeline;
  std::optional<DealFigures> deals;
  ActivityFigures activities;
};

std::uint64_t created_in(const Period& period, const ListContext& context, const PlatformTables& tables) {
  PersonFilter created;
  if (period.start) created.created_at_gte = period.start->date;
  created.created_at_lte = end_of_day(period.end.date);
  const PersonMatching matching(created, context.platform, context.digester);
  const auto all = matching.in(tables);
  return Matches(all).count();
}

/// Of the moment that tables and views agree on, which the lock holds.
Figures figures_of(const ListContext& context, const OverviewRequest& request, const PlatformTables& tables,
                   const ViewReader& views, Timestamp now) {
  const Period period{request.start, request.end};
  Figures figures;
  if (request.persons) {
    figures.persons = tables.persons.sets.there.count();
    figures.persons_created = created_in(period, context, tables);
  }
  if (request.organizations) figures.organizations = tables.organizations.sets.there.count();
  if (request.activities) figures.activities = figures_of(tables.activities, period, now);
  if (!request.deals) return figures;
  const auto& index = tables.deals.index;
  figures.pipeline = pipeline_or_default(views, context.platform, request.pipeline);
  if (request.pipeline && !figures.pipeline) return figures;
  figures.deals.emplace(request.pipeline ? index.totals_of(*request.pipeline) : index.totals(), now, period);
  return figures;
}

std::string count_json(std::uint64_t count) {
  ObjectText object;
  object.key("count").number(count);
  return std::move(object).close();
}

std::string activities_json(const ActivityFigures& figures) {
  ObjectText object;
  object.key("open_count").number(figures.open).key("due_today").number(figures.due_today);
  object.key("overdue").number(figures.overdue);
  return std::move(object).close();
}

/// What was not asked for is left out.
std::string overview_json(const ListContext& context, const OverviewRequest& request, const Figures& figures,
                          const ViewReader& views) {
  ObjectText object;
  if (request.persons) object.key("persons").json(count_json(figures.persons));
  if (request.organizations) object.key("organizations").json(count_json(figures.organizations));
  if (request.deals) {
    ObjectText deals;
    figures.deals->append_deals(deals, views, context.platform, figures.pipeline);
    object.key("deals").json(std::move(deals).close());
  }
  if (request.activities) object.key("activities").json(activities_json(figures.activities));
  object.key("period_start_date");
  request.start ? object.text(format_day(*request.start)) : object.null();
  object.key("period_end_date").text(format_day(request.end));
  if (request.persons) object.key("period_persons_created").number(figures.persons_created);
  if (request.deals) figures.deals->append_period(object);
  if (request.activities) object.key("period_activities_done").number(figures.activities.done_in_period);
  return std::move(object).close();
}

}  // namespace

Result<std::string> overview_of(const ListContext& context, const OverviewRequest& request, Timestamp now) {
  for (Agreement agreement(context.store, context.platform);; agreement.pause()) {
    const auto tables = context.tables();
    std::shared_lock lock(tables->lock);
    const auto views = agreement.views(*tables);
    if (!views) continue;
    const auto figures = figures_of(context, request, *tables, *views, now);
    lock.unlock();
    if (request.deals && !figures.deals) return std::unexpected(Problem(ProblemCode::not_found));
    return overview_json(context, request, figures, *views);
  }
}

}  // namespace annals
