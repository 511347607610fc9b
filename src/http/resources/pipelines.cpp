#include "http/resources/kind_handlers.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

using Value = std::string_view;

constexpr FilterField<PipelineFilter> kPipelineFilters[] = {
    {{"code", R"({"type":"string"})"},
     [](PipelineFilter& filter, Value value) { return read_key(value, filter.code); }},
    {{"name", R"({"type":"string"})", "Case-insensitive part of the name."},
     [](PipelineFilter& filter, Value value) { return read_text(value, filter.name); }},
    {{"is_default", R"({"type":"boolean"})"},
     [](PipelineFilter& filter, Value value) { return read_boolean(value, filter.is_default); }},
};
constexpr FilterField<StageFilter> kStageFilters[] = {
    {{"code", R"({"type":"string"})"}, [](StageFilter& filter, Value value) { return read_key(value, filter.code); }},
    {{"is_won", R"({"type":"boolean"})"},
     [](StageFilter& filter, Value value) { return read_boolean(value, filter.is_won); }},
    {{"is_lost", R"({"type":"boolean"})"},
     [](StageFilter& filter, Value value) { return read_boolean(value, filter.is_lost); }},
};
constexpr FilterField<LeadSourceFilter> kSourceFilters[] = {
    {{"code", R"({"type":"string"})"},
     [](LeadSourceFilter& filter, Value value) { return read_key(value, filter.code); }},
    {{"name", R"({"type":"string"})", "Case-insensitive part of the name."},
     [](LeadSourceFilter& filter, Value value) { return read_text(value, filter.name); }},
};

constexpr OtherAnswer kDealsThere{409, "Deals stand in it.", "RecordInUse"};
constexpr OtherAnswer kDealsFollow{409, "`is_won` or `is_lost` would change, and deals stand in it.", "RecordInUse"};

Handled pipelines(Exchange& exchange) {
  return list_kind<PipelineFilter>(exchange, kPipelineFilters, list_pipelines);
}

Handled lead_sources(Exchange& exchange) {
  return list_kind<LeadSourceFilter>(exchange, kSourceFilters, list_lead_sources);
}

Handled reorder_stages(Exchange& exchange) {
  const auto pipeline = named_record<Pipeline>(exchange, exchange.variable);
  if (!pipeline) return refuse(ProblemCode::not_found);
  const auto body = read_body(exchange.request);
  if (!body) return std::unexpected(body.error());
  return submit(exchange, exchange.platform(), ReorderStages::from(*pipeline, *body));
}

/// The stages in the path's pipeline: `read` gets what there is to read of it.
template <class Read>
Handled in_pipeline(const Exchange& exchange, Read read) {
  const auto pipeline = parse_id<PipelineId>(exchange.variable);
  const auto reading = reading_of(exchange);
  if (!reading) return std::unexpected(reading.error());
  if (!pipeline || !record_exists<Pipeline>(*reading, *pipeline)) return refuse(ProblemCode::not_found);
  return read(*reading, *pipeline);
}

Handled stages(Exchange& exchange) {
  return in_pipeline(exchange, [&](const RecordReading& reading, PipelineId pipeline) -> Handled {
    const QueryString query(exchange.raw_query);
    const auto request = page_request(query, exchange.services.options.page_size);
    if (!request) return std::unexpected(request.error());
    const auto filter = read_filter<StageFilter>(query, kStageFilters);
    if (!filter) return std::unexpected(filter.error());
    const auto page = list_stages(reading, pipeline, *filter, *request);
    if (!page) return std::unexpected(page.error());
    return answer_page(exchange, query, *request, *page, Envelope::walkable);
  });
}

Handled create_stage(Exchange& exchange) {
  const auto pipeline = named_record<Pipeline>(exchange, exchange.variable);
  if (!pipeline) return refuse(ProblemCode::not_found);
  const auto body = read_body(exchange.request);
  if (!body) return std::unexpected(body.error());
  return submit(exchange, exchange.platform(), create_stage_in(*pipeline, *body));
}

/// The stage in the path, when it is one of the path's pipeline.
Result<StageId> named_stage(const Exchange& exchange, const RecordReading& reading) {
  const auto pipeline = parse_id<PipelineId>(exchange.variable);
  const auto stage = parse_id<StageId>(exchange.second_variable);
  if (!pipeline || !stage || pipeline_of(reading, *stage) != *pipeline) return refuse(ProblemCode::not_found);
  return *stage;
}

Handled show_stage(Exchange& exchange) {
  return in_pipeline(exchange, [&](const RecordReading& reading, PipelineId) -> Handled {
    const auto stage = named_stage(exchange, reading);
    if (!stage) return std::unexpected(stage.error());
    return show(exchange, show_record<Stage>(reading, *stage));
  });
}

template <Write write>
Handled update_stage(Exchange& exchange) {
  return in_pipeline(exchange, [&](const RecordReading& reading, PipelineId) -> Handled {
    const auto stage = named_stage(exchange, reading);
    if (!stage) return std::unexpected(stage.error());
    const auto body = read_body(exchange.request);
    if (!body) return std::unexpected(body.error());
    return submit(exchange, exchange.platform(), UpdateRecord<Stage>::from(*stage, *body, write));
  });
}

Handled delete_stage(Exchange& exchange) {
  return in_pipeline(exchange, [&](const RecordReading& reading, PipelineId) -> Handled {
    const auto stage = named_stage(exchange, reading);
    if (!stage) return std::unexpected(stage.error());
    return submit(exchange, exchange.platform(), DeleteRecord<Stage>{*stage});
  });
}

}  // namespace

std::span<const Route> pipeline_routes() {
  static const auto routes = [] {
    auto all = kind_routes({"/pipelines/", "Pipelines", "pipelines", "Pipeline", "pipeline", {kDealsThere}},
                           handlers_of<Pipeline>(pipelines), parameters_of<PipelineFilter>(kPipelineFilters));
    all.push_back({.method = "POST",
                   .path = "/pipelines/{pipeline_id}/stages/reorder/",
                   .permission = "Ibl.CRM/Pipelines/action",
                   .handler = reorder_stages,
                   .operation = {.id = "pipelines_stages_reorder_create",
                                 .summary = "Put the stages of a pipeline into an order",
                                 .request = "StageOrder",
                                 .answer = "Pipeline",
                                 .others = {{404, "No such pipeline."}}},
                   .has_version = true,
                   .numbered = true});
    return all;
  }();
  return routes;
}

std::span<const Route> stage_routes() {
  static const auto routes = kind_routes(
      {"/pipelines/{pipeline_id}/stages/",
       "Pipelines",
       "pipelines_stages",
       "Stage",
       "stage",
       {kDealsThere},
       {kDealsFollow}},
      {stages, create_stage, show_stage, update_stage<Write::replace>, update_stage<Write::patch>, delete_stage},
      parameters_of<StageFilter>(kStageFilters));
  return routes;
}

std::span<const Route> lead_source_routes() {
  static const auto routes =
      kind_routes({"/lead-sources/", "Pipelines", "lead_sources", "LeadSource", "lead source"},
                  handlers_of<LeadSource>(lead_sources), parameters_of<LeadSourceFilter>(kSourceFilters));
  return routes;
}

}  // namespace annals::http
