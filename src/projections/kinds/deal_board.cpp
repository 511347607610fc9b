#include <algorithm>
#include <map>

#include "projections/kinds/deal_totals.hpp"
#include "projections/kinds/kind_lists.hpp"
#include "projections/kinds/kind_rows.hpp"

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

BoardColumns columns_of(RecordReading& reading, PipelineId pipeline, std::uint64_t limit) {
  return with_rows(reading, &PlatformTables::deals, [&](const DealTable& deals) {
    BoardColumns columns;
    for (auto row = deals.rows().rbegin(); row != deals.rows().rend(); ++row) {
      if (!DealTable::is_there(*row) || row->plain.pipeline != pipeline) continue;
      auto& column = columns.by_stage[row->plain.stage];
      column.totals.add(row->plain);
      columns.all.add(row->plain);
      if (column.newest.size() < limit) column.newest.push_back(row->id);
    }
    return columns;
  });
}

std::string column_json(const RecordReading& from, const KindRecord<Stage>& stage, const BoardColumn& column,
                        Currency currency) {
  ObjectText object;
  object.key("stage").json(record_text(*from.views, from.platform, stage).json);
  append_totals(object, column.totals, currency, stage.plain.probability);
  object.key("has_more").boolean(column.totals.count > column.newest.size());
  object.key("deals").json(records_json<Deal>(*from.views, from.platform, column.newest, from.now));
  return std::move(object).close();
}

}  // namespace

Result<std::string> deal_board(const RecordReading& from, const BoardRequest& request) {
  auto reading = from;
  auto pipeline = pipeline_or_default(*reading.views, reading.platform, request.pipeline);
  if (!pipeline) return std::unexpected(Problem(ProblemCode::not_found));
  auto columns = columns_of(reading, pipeline->id, request.limit);
  pipeline = read_record<Pipeline>(*reading.views, reading.platform, pipeline->id);
  if (!pipeline) return std::unexpected(Problem(ProblemCode::not_found));
  const auto currency = columns.all.commonest();
  ResultsText stages;
  for (const auto& stage : stages_of(*reading.views, reading.platform, pipeline->id)) {
    stages.next() += column_json(reading, stage, columns.by_stage[stage.id], currency);
  }
  ObjectText object;
  object.key("pipeline").json(record_text(*reading.views, reading.platform, *pipeline).json);
  object.key("limit").number(request.limit).key("currency").text(currency.code());
  object.key("other_totals").json(columns.all.others_json(currency));
  object.key("stages").json(std::move(stages).close());
  return std::move(object).close();
}

}  // namespace annals
