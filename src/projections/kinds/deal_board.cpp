#include <mutex>
#include <shared_mutex>

#include "projections/agreement.hpp"
#include "projections/indexes/conjunction.hpp"
#include "projections/kinds/deal_list.hpp"
#include "projections/kinds/kind_lists.hpp"
#include "projections/kinds/kind_moment.hpp"
#include "projections/kinds/pipelines.hpp"

namespace annals {
namespace {

/// Of one stage of the board.
struct BoardColumn {
  DealTotals totals;
  std::vector<DealId> newest;
};

struct BoardColumns {
  std::map<StageId, BoardColumn> by_stage;
  DealTotals all;
};

std::vector<DealId> newest_of(const DealTable& deals, StageId stage, std::uint64_t limit) {
  Conjunction in_stage;
  in_stage.all_of(deals.references.of(stage));
  std::vector<Row> rows;
  Matches(in_stage).append_rows(0, limit, true, rows);
  std::vector<DealId> newest;
  for (const auto row : rows) newest.push_back(DealTable::id_at(row));
  return newest;
}

BoardColumns columns_of(const DealTable& deals, PipelineId pipeline, std::uint64_t limit) {
  BoardColumns columns;
  for (const auto& [stage, totals] : deals.index.totals_of(pipeline).stages) {
    columns.by_stage[stage] = {totals.all, newest_of(deals, stage, limit)};
    columns.all.add(totals.all);
  }
  return columns;
}

/// Of those that a filter leaves.
BoardColumns columns_of(const DealTable& deals, const Roaring& rows, std::uint64_t limit) {
  std::vector<Row> newest_first(rows.cardinality());
  rows.toUint32Array(newest_first.data());
  std::ranges::reverse(newest_first);
  BoardColumns columns;
  for (const auto row : newest_first) {
    const auto& deal = deals.plain[row];
    auto& column = columns.by_stage[deal.stage];
    column.totals.count_deal(deal, Counted::in);
    columns.all.count_deal(deal, Counted::in);
    if (column.newest.size() < limit) column.newest.push_back(DealTable::id_at(row));
  }
  return columns;
}

std::string column_json(const RecordReading& from, const ViewReader& views, const KindRecord<Stage>& stage,
                        const BoardColumn& column, Currency currency) {
  ObjectText object;
  object.key("stage").json(record_text(views, from.platform, stage).json);
  append_totals(object, column.totals, currency, stage.plain.probability);
  object.key("has_more").boolean(column.totals.count > column.newest.size());
  object.key("deals").json(records_json<Deal>(views, from.platform, column.newest, from.now));
  return std::move(object).close();
}

std::string board_json(const RecordReading& from, const ViewReader& views, const KindRecord<Pipeline>& pipeline,
                       std::uint64_t limit, BoardColumns columns) {
  const auto currency = columns.all.commonest();
  ResultsText stages;
  for (const auto& stage : stages_of(views, from.platform, pipeline.id)) {
    stages.next() += column_json(from, views, stage, columns.by_stage[stage.id], currency);
  }
  ObjectText object;
  object.key("pipeline").json(record_text(views, from.platform, pipeline).json);
  object.key("limit").number(limit).key("currency").text(currency.code());
  object.key("other_totals").json(columns.all.others_json(currency));
  object.key("stages").json(std::move(stages).close());
  return std::move(object).close();
}

Result<std::string> whole_board(const RecordReading& from, std::optional<PipelineId> named, std::uint64_t limit) {
  for (Agreement agreement(*from.live.store, from.platform);; agreement.pause()) {
    const auto tables = from.live.tables();
    std::shared_lock lock(tables->lock);
    const auto views = agreement.views(*tables);
    if (!views) continue;
    const auto pipeline = pipeline_or_default(*views, from.platform, named);
    if (!pipeline) return std::unexpected(Problem(ProblemCode::not_found));
    auto columns = columns_of(tables->deals, pipeline->id, limit);
    lock.unlock();
    return board_json(from, *views, *pipeline, limit, std::move(columns));
  }
}

Result<std::string> filtered_board(const RecordReading& from, const DealFilter& asked, std::uint64_t limit) {
  const auto context = context_of(from);
  auto filter = asked;
  if (const auto pipeline = pipeline_or_default(*from.views, from.platform, asked.pipeline)) {
    filter.pipeline = pipeline->id;
  } else {
    return std::unexpected(Problem(ProblemCode::not_found));
  }
  const DealList list(from, filter);
  return GradualList<DealList>(context, list, {})
      .rows_then([&](const PlatformTables& tables, const Roaring& rows, Agreement& agreement,
                     TablesLock& lock) -> std::optional<Result<std::string>> {
        const auto views = agreement.views(tables);
        if (!views) return std::nullopt;
        const auto pipeline = read_record<Pipeline>(*views, from.platform, *filter.pipeline);
        if (!pipeline) return std::unexpected(Problem(ProblemCode::not_found));
        auto columns = columns_of(tables.deals, rows, limit);
        lock.unlock();
        return board_json(from, *views, *pipeline, limit, std::move(columns));
      });
}

}  // namespace

Result<std::string> deal_board(const RecordReading& from, const DealFilter& filter, std::uint64_t limit) {
  DealFilter nothing_else;
  nothing_else.pipeline = filter.pipeline;
  nothing_else.order = filter.order;
  nothing_else.descending = filter.descending;
  const bool whole = filter == nothing_else;
  return read_then(from, [&](const RecordReading& reading) {
    return whole ? whole_board(reading, filter.pipeline, limit) : filtered_board(reading, filter, limit);
  });
}

}  // namespace annals
