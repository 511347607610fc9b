#pragma once

#include <cstdint>
#include <vector>

#include "commands/record/record_commands.hpp"

namespace annals {

template <>
struct RecordRules<Stage> {
  static constexpr std::string_view create = "CreateStage";
  static constexpr std::string_view update = "UpdateStage";
  static constexpr std::string_view remove = "DeleteStage";
  static constexpr std::string_view unique_field = "code";
  static constexpr std::string_view not_unique = "stage with this code already exists in this pipeline.";
  /// Not `pipeline`, which is the path's: in_pipeline.
  static RecordFields<Stage> read(BodyReader& reader, Write write);
  static FieldErrors checked(const RecordAfter<Stage>& after, FieldErrors errors);
  /// The status of the deals that stand in it follows from what it is.
  static std::optional<Problem> forbids(const RecordUpdated<Stage>& updated, const RecordState<Stage>& before,
                                        const State& state);
  /// Deals that refer to it.
  static std::optional<Problem> keeps(const RecordState<Stage>& record, const State& state);
  static bool has_place(const RecordFields<Stage>& fields, const State& state);
  /// A new stage that says nothing else stands last.
  static void settle(RecordFields<Stage>& fields, const RecordState<Stage>* before, const State& state,
                     const DecisionContext& context, FieldErrors& errors);
};

/// In the order of the pipeline.
std::vector<RecordState<Stage>> stages_of(PipelineId pipeline, const State& state);

CreateRecord<Stage> create_stage_in(PipelineId pipeline, const Body& body);

/// Puts the stages of a pipeline into an order. Problem: invalid_fields unless it names each of them once.
struct ReorderStages {
  static constexpr std::string_view kCommand = "ReorderStages";
  PipelineId pipeline;
  std::vector<std::int64_t> order;
  FieldErrors errors;

  static ReorderStages from(PipelineId pipeline, const Body& body);
};

Result<Decision> decide(const ReorderStages& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
