#include "commands/pipeline/stages.hpp"

#include <algorithm>

#include "commands/deal/deals.hpp"
#include "commands/pipeline/named_texts.hpp"
#include "commands/record/record_deciding.hpp"

namespace annals {
namespace {

constexpr std::uint64_t kPercentMax = 100;
constexpr std::uint64_t kSortOrderMax = 2'147'483'647;

}  // namespace

std::vector<RecordState<Stage>> stages_of(PipelineId pipeline, const State& state) {
  std::vector<RecordState<Stage>> stages;
  for (const auto id : state.kinds().referring(Stage{}, pipeline)) stages.push_back(*state.kinds().record(id));
  std::ranges::sort(stages, {}, [](const auto& stage) { return std::pair(stage.plain.sort_order, stage.id); });
  return stages;
}

RecordFields<Stage> RecordRules<Stage>::read(BodyReader& reader, Write write) {
  RecordFields<Stage> fields;
  read_named_texts(fields, reader, write);
  fields.plain.probability = reader.natural("probability", kPercentMax);
  fields.plain.sort_order = reader.natural("sort_order", kSortOrderMax);
  fields.plain.is_won = reader.boolean("is_won");
  fields.plain.is_lost = reader.boolean("is_lost");
  if (write == Write::replace) {
    if (!fields.plain.probability) fields.plain.probability = 0;
    if (!fields.plain.is_won) fields.plain.is_won = false;
    if (!fields.plain.is_lost) fields.plain.is_lost = false;
  }
  return fields;
}

FieldErrors RecordRules<Stage>::checked(const RecordAfter<Stage>& after, FieldErrors errors) {
  if (after.plain.is_won && after.plain.is_lost) {
    errors.push_back({"is_lost", {"A stage cannot be both won and lost."}});
  }
  return in_schema_order(std::move(errors),
                         {"name", "code", "probability", "sort_order", "is_won", "is_lost", "metadata"});
}

std::optional<Problem> RecordRules<Stage>::forbids(const RecordUpdated<Stage>& updated,
                                                   const RecordState<Stage>& before, const State& state) {
  const bool means_else = updated.plain.is_won || updated.plain.is_lost;
  return means_else ? kept_by_deals(state, before.id) : std::nullopt;
}

std::optional<Problem> RecordRules<Stage>::keeps(const RecordState<Stage>& record, const State& state) {
  return kept_by_deals(state, record.id);
}

bool RecordRules<Stage>::has_place(const RecordFields<Stage>& fields, const State& state) {
  return fields.plain.pipeline && state.kinds().record(*fields.plain.pipeline).has_value();
}

void RecordRules<Stage>::settle(RecordFields<Stage>& fields, const RecordState<Stage>* before, const State& state,
                                const DecisionContext&, FieldErrors&) {
  if (before != nullptr || fields.plain.sort_order) return;
  const auto stages = stages_of(*fields.plain.pipeline, state);
  fields.plain.sort_order = stages.empty() ? 0 : std::min(stages.back().plain.sort_order + 1, kSortOrderMax);
}

CreateRecord<Stage> create_stage_in(PipelineId pipeline, const Body& body) {
  auto command = CreateRecord<Stage>::from(body);
  command.fields.plain.pipeline = pipeline;
  return command;
}

ReorderStages ReorderStages::from(PipelineId pipeline, const Body& body) {
  ReorderStages command;
  command.pipeline = pipeline;
  BodyReader reader(body, command.errors);
  if (auto order = reader.integers("order")) {
    command.order = *std::move(order);
  } else if (command.errors.empty()) {
    reader.fail("order", "This field is required.");
  }
  return command;
}

Result<Decision> decide(const ReorderStages& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext&) {
  const auto pipeline = state.kinds().record(command.pipeline);
  if (!pipeline) return refused(ProblemCode::not_found);
  if (!holds(precondition, pipeline->version)) return refused(ProblemCode::version_conflict);
  if (!command.errors.empty()) return refused(command.errors);
  const auto stages = stages_of(command.pipeline, state);
  std::vector<std::int64_t> named = command.order;
  std::ranges::sort(named);
  std::vector<std::int64_t> there;
  for (const auto& stage : stages) there.push_back(static_cast<std::int64_t>(stage.id.value));
  std::ranges::sort(there);
  if (named != there) return refused({{"order", {"Name each stage of the pipeline exactly once."}}});

  StagesReordered reordered{command.pipeline, {}};
  std::vector<Event> moved;
  for (std::size_t at = 0; at < command.order.size(); ++at) {
    const auto id = *as_id<StageId>(command.order[at]);
    reordered.order.push_back(id);
    if (std::ranges::find(stages, id, &RecordState<Stage>::id)->plain.sort_order == at) continue;
    StageUpdated stage;
    stage.id = id;
    stage.plain.sort_order = at;
    moved.emplace_back(std::move(stage));
  }
  if (!moved.empty()) moved.insert(moved.begin(), std::move(reordered));
  return Decision{std::move(moved), RecordShown{Pipeline::name, command.pipeline.value, false}, {}};
}

template RecordFields<Stage> read_fields<Stage>(const Body&, Write, FieldErrors&);

}  // namespace annals
