#include "projections/kinds/pipelines.hpp"

#include "projections/case_folding.hpp"
#include "projections/kinds/kind_lists.hpp"

namespace annals {

void Stages::on(const PipelineDeleted& event, const RecordedEvent&) {
  for (const auto id : referring<Stage>(views, platform, event.id)) remove(*read_row<Stage>(views, platform, id));
}

std::optional<KindRecord<Pipeline>> pipeline_or_default(const ViewReader& views, PlatformId platform,
                                                        std::optional<PipelineId> id) {
  if (id) return read_record<Pipeline>(views, platform, *id);
  auto all = all_records<Pipeline>(views, platform);
  if (all.empty()) return std::nullopt;
  const auto found = std::ranges::find_if(all, [](const auto& one) { return one.plain.is_default; });
  return std::move(found == all.end() ? all.front() : *found);
}

std::vector<KindRecord<Stage>> stages_of(const ViewReader& views, PlatformId platform, PipelineId pipeline) {
  std::vector<KindRecord<Stage>> stages;
  for (const auto id : referring<Stage>(views, platform, pipeline)) {
    stages.push_back(*read_record<Stage>(views, platform, id));
  }
  std::ranges::sort(stages, {}, [](const auto& stage) { return std::pair(stage.plain.sort_order, stage.id); });
  return stages;
}

RecordText record_text(const ViewReader&, PlatformId platform, const KindRecord<Stage>& stage) {
  ObjectText object;
  object.key("id").number(stage.id.value).key("platform").number(platform.value);
  object.key("pipeline").number(stage.plain.pipeline.value);
  object.key("name").text(stage.texts.title).key("code").text(stage.texts.code);
  object.key("probability").number(stage.plain.probability).key("sort_order").number(stage.plain.sort_order);
  object.key("is_won").boolean(stage.plain.is_won).key("is_lost").boolean(stage.plain.is_lost);
  return {close_record(std::move(object), stage), {}};
}

RecordText record_text(const ViewReader& views, PlatformId platform, const KindRecord<Pipeline>& pipeline) {
  std::string stages = "[";
  for (const auto& stage : stages_of(views, platform, pipeline.id)) {
    if (stages.size() > 1) stages += ',';
    stages += record_text(views, platform, stage).json;
  }
  stages += ']';
  ObjectText object;
  object.key("id").number(pipeline.id.value).key("platform").number(platform.value);
  object.key("name").text(pipeline.texts.title).key("code").text(pipeline.texts.code);
  object.key("is_default").boolean(pipeline.plain.is_default).key("rotten_days").number(pipeline.plain.rotten_days);
  object.key("stages").json(stages);
  return {close_record(std::move(object), pipeline), std::move(stages)};
}

Result<Page> list_pipelines(const RecordReading& from, const PipelineFilter& filter, const PageRequest& request) {
  const SearchedText name(filter.name);
  return list_records<Pipeline>(
      from,
      [&](const KindRecord<Pipeline>& pipeline) {
        return (!filter.code || are_alike(pipeline.texts.code, *filter.code)) &&
               (name.none() || name.in(pipeline.texts.title)) &&
               (!filter.is_default || pipeline.plain.is_default == *filter.is_default);
      },
      request);
}

Result<Page> list_stages(const RecordReading& from, PipelineId pipeline, const StageFilter& filter,
                         const PageRequest& request) {
  auto stages = stages_of(*from.views, from.platform, pipeline);
  std::erase_if(stages, [&](const KindRecord<Stage>& stage) {
    const bool later = request.before && stage.id.value > request.before->value;
    return later || (filter.code && !are_alike(stage.texts.code, *filter.code)) ||
           (filter.is_won && stage.plain.is_won != *filter.is_won) ||
           (filter.is_lost && stage.plain.is_lost != *filter.is_lost);
  });
  return page_of_records<Stage>(from, stages, request);
}

std::optional<PipelineId> pipeline_of(const RecordReading& from, StageId stage) {
  const auto row = read_row<Stage>(*from.views, from.platform, stage);
  return row && !row->deleted ? std::optional(row->plain.pipeline) : std::nullopt;
}

template std::optional<ShownRecord> show_record<Pipeline>(const RecordReading&, PipelineId);
template std::optional<ShownRecord> show_record<Stage>(const RecordReading&, StageId);
template bool record_exists<Pipeline>(const RecordReading&, PipelineId);

}  // namespace annals
