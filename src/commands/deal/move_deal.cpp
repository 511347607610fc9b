#include "commands/deal/move_deal.hpp"

#include <algorithm>

#include "commands/deal/deals.hpp"
#include "commands/pipeline/stages.hpp"
#include "commands/record/record_deciding.hpp"

namespace annals {
namespace {

constexpr const char* kStageField = "stage_id";
constexpr const char* kCodeField = "stage_code";

std::string no_such_code(std::string_view code) {
  return "Object with code=" + std::string(code) + " does not exist.";
}

/// The first stage of the deal's pipeline that `fits`; with a code, the one with that code.
template <class Fits>
Result<StageId> closing_stage(const RecordState<Deal>& deal, const std::optional<std::string>& code, const State& state,
                              Fits fits, const std::string& wanted) {
  const auto stages = stages_of(deal.plain.pipeline, state);
  const auto found = std::ranges::find_if(
      stages, [&](const auto& stage) { return code ? stage.texts.code == *code : fits(stage.plain); });
  if (found == stages.end()) {
    return refused({{kCodeField, {code ? no_such_code(*code) : "The pipeline has no " + wanted + " stage."}}});
  }
  if (!fits(found->plain)) return refused({{kCodeField, {"This is no " + wanted + " stage."}}});
  return found->id;
}

Result<StageId> named_stage(const MoveDeal& command, const RecordState<Deal>& deal, const State& state) {
  const auto stages = stages_of(deal.plain.pipeline, state);
  const auto fits = [&](const auto& stage) {
    return (!command.stage || stage.id == *command.stage) && (!command.code || stage.texts.code == *command.code);
  };
  const auto found = std::ranges::find_if(stages, fits);
  if (found != stages.end()) return found->id;
  const bool id_is_right =
      command.stage && std::ranges::find(stages, *command.stage, &RecordState<Stage>::id) != stages.end();
  if (command.stage && !id_is_right)
    return refused({{kStageField, {no_such_pk(std::to_string(command.stage->value))}}});
  if (id_is_right) return refused({{kCodeField, {"This is not the code of the stage in stage_id."}}});
  return refused({{kCodeField, {no_such_code(*command.code)}}});
}

/// What all three have in common: `stage_of(deal)` says where to.
template <class Command, class StageOf>
Result<Decision> move(const Command& command, RecordFields<Deal> fields, const State& state,
                      const std::optional<Precondition>& precondition, const DecisionContext& context,
                      StageOf stage_of) {
  const auto deal = state.kinds().record(command.deal);
  if (!deal) return refused(ProblemCode::not_found);
  if (!holds(precondition, deal->version)) return refused(ProblemCode::version_conflict);
  if (!command.errors.empty()) return refused(command.errors);
  const auto stage = stage_of(*deal);
  if (!stage) return std::unexpected(stage.error());
  fields.plain.stage = *stage;
  return decide(UpdateRecord<Deal>{command.deal, std::move(fields), {}}, state, precondition, context);
}

}  // namespace

MoveDeal MoveDeal::from(DealId deal, const Body& body) {
  MoveDeal command;
  command.deal = deal;
  BodyReader reader(body, command.errors);
  command.stage = reader.reference<StageId>(kStageField, Need::optional);
  command.code = reader.text(kCodeField, {Need::optional, false});
  if (!command.stage && !command.code && command.errors.empty()) {
    reader.fail(kStageField, message::kRequired);
  }
  return command;
}

WinDeal WinDeal::from(DealId deal, const Body& body) {
  WinDeal command;
  command.deal = deal;
  BodyReader reader(body, command.errors);
  command.code = reader.text(kCodeField, {Need::optional, false});
  return command;
}

LoseDeal LoseDeal::from(DealId deal, const Body& body) {
  LoseDeal command;
  command.deal = deal;
  BodyReader reader(body, command.errors);
  command.reason = reader.text("lost_reason", {Need::required, false}).value_or("");
  command.code = reader.text(kCodeField, {Need::optional, false});
  return command;
}

Result<Decision> decide(const MoveDeal& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context) {
  return move(command, {}, state, precondition, context,
              [&](const RecordState<Deal>& deal) { return named_stage(command, deal, state); });
}

Result<Decision> decide(const WinDeal& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context) {
  return move(command, {}, state, precondition, context, [&](const RecordState<Deal>& deal) {
    return closing_stage(deal, command.code, state, [](const auto& stage) { return stage.is_won; }, "won");
  });
}

Result<Decision> decide(const LoseDeal& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context) {
  RecordFields<Deal> fields;
  fields.texts.lost_reason = command.reason;
  return move(command, std::move(fields), state, precondition, context, [&](const RecordState<Deal>& deal) {
    return closing_stage(deal, command.code, state, [](const auto& stage) { return stage.is_lost; }, "lost");
  });
}

}  // namespace annals
