#pragma once

#include "projections/kinds/kind_views.hpp"

namespace annals {

template <>
struct KindViews<Pipeline> {
  static constexpr std::string_view name = "Pipelines";
  static constexpr ViewId records = view::pipelines;
  static constexpr ViewId uniques = view::pipeline_codes;
};
template <>
struct KindViews<Stage> {
  static constexpr std::string_view name = "Stages";
  static constexpr ViewId records = view::stages;
  static constexpr ViewId uniques = view::stage_codes;
  static constexpr ViewId references = view::stage_references;
};

struct Pipelines : RecordsOf<Pipeline> {
  using Events = EventSet<PipelineCreated, PipelineUpdated, PipelineDeleted, StagesReordered>;
  using RecordsOf::on;
  /// StageUpdated says it of each stage that moved.
  void on(const StagesReordered& event, const RecordedEvent& recorded) {
    change(event.pipeline, recorded, [](Open&) {});
  }
};

struct Stages : RecordsOf<Stage> {
  using Events = EventSet<StageCreated, StageUpdated, StageDeleted, PipelineDeleted>;
  using RecordsOf::on;
  void on(const PipelineDeleted& event, const RecordedEvent& recorded);
};

/// That one, or without an id the default one: the first when none is. nullopt: there is none.
std::optional<KindRecord<Pipeline>> pipeline_or_default(const ViewReader& views, PlatformId platform,
                                                        std::optional<PipelineId> id);
/// In the order of the pipeline.
std::vector<KindRecord<Stage>> stages_of(const ViewReader& views, PlatformId platform, PipelineId pipeline);

}  // namespace annals
