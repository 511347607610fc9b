#include "commands/deal/deals.hpp"

#include <algorithm>
#include <limits>

#include "commands/fields/currencies.hpp"
#include "commands/pipeline/stages.hpp"
#include "commands/record/record_deciding.hpp"

namespace annals {
namespace {

constexpr const char* kFollowsStage = "This follows the deal's stage: move the deal instead.";
constexpr std::size_t kAnyLength = std::numeric_limits<std::size_t>::max();

/// Completes the fields of a deal from what the state says, and says what the state has against them.
class DealSettling {
 public:
  DealSettling(RecordFields<Deal>& fields, const RecordState<Deal>* before, const State& state,
               const DecisionContext& context, FieldErrors& errors)
      : fields_(fields), before_(before), state_(state), context_(context), errors_(errors) {}

  void all() {
    owner();
    source();
    person_and_organization();
    if (const auto pipeline = chosen_pipeline()) stand_in(*pipeline);
  }

 private:
  bool faulty(std::string_view field) const {
    return std::ranges::find(errors_, field, &FieldError::field) != errors_.end();
  }
  void fail(std::string_view field, std::string message) {
    errors_.push_back({std::string(field), {std::move(message)}});
  }
  void owner() {
    auto& owner = fields_.plain.owner;
    const bool another = before_ == nullptr || owner != before_->plain.owner;
    if (owner && *owner && another && !is_active_member(state_, **owner, context_.now))
      fail("owner", no_such_pk(std::to_string((*owner)->value)));
    if (owner || !fields_.whole || faulty("owner")) return;
    const auto caller = context_.caller.user;
    owner = is_active_member(state_, caller, context_.now) ? std::optional(caller) : std::nullopt;
  }

  void source() {
    const auto& source = fields_.plain.source;
    if (source && *source && !state_.kinds().record(**source)) {
      fail("source", no_such_pk(std::to_string((*source)->value)));
    }
  }

  void person_and_organization() {
    const auto named = fields_.plain.organization;
    if (named && *named && !state_.organization_exists(**named)) {
      return fail("organization", no_such_pk((*named)->to_string()));
    }
    if (faulty("person") || (!fields_.plain.person && !named)) return;
    const auto person = state_.person(fields_.plain.person.value_or(before_ ? before_->plain.person : PersonId()));
    if (!person) {
      if (fields_.plain.person) fail("person", no_such_pk(fields_.plain.person->to_string()));
      return;
    }
    const bool another = before_ == nullptr || before_->plain.person != person->id;
    if (another && person->merged_into) return fail("person", was_merged_into(*person->merged_into));
    const bool moves = named && (another || before_->plain.organization != *named);
    if (moves && *named && person->organization && *named != person->organization) {
      return fail("organization", "This is not the organization of the person.");
    }
    if (!named && !faulty("organization") && (fields_.whole || another)) {
      fields_.plain.organization = person->organization;
    }
  }

  /// nullopt: it has been said what is wrong with it.
  std::optional<PipelineId> chosen_pipeline() {
    const auto& named = fields_.plain.pipeline;
    if (faulty("pipeline")) return std::nullopt;
    if (named) {
      if (state_.kinds().record(*named)) return named;
      fail("pipeline", no_such_pk(std::to_string(named->value)));
      return std::nullopt;
    }
    if (before_ != nullptr) return before_->plain.pipeline;
    const auto all = state_.kinds().records(Pipeline{});
    if (all.empty()) {
      fail("pipeline", "This field is required: there is no pipeline.");
      return std::nullopt;
    }
    const auto found = std::ranges::find_if(all, [](const auto& one) { return one.plain.is_default; });
    return fields_.plain.pipeline = (found == all.end() ? all.begin() : found)->id;
  }

  void stand_in(PipelineId pipeline) {
    if (faulty("stage")) return;
    std::optional<RecordState<Stage>> stage;
    if (fields_.plain.stage) {
      stage = state_.kinds().record(*fields_.plain.stage);
      if (!stage || stage->plain.pipeline != pipeline) {
        return fail("stage", no_such_pk(std::to_string(fields_.plain.stage->value)));
      }
    } else {
      if (before_ != nullptr && before_->plain.pipeline == pipeline) return;
      auto stages = stages_of(pipeline, state_);
      if (stages.empty()) return fail("stage", "The pipeline has no stages.");
      stage = std::move(stages.front());
    }
    if (before_ == nullptr || before_->plain.stage != stage->id) enter(*stage);
  }

  void enter(const RecordState<Stage>& stage) {
    const auto status = stage.plain.is_won    ? DealStatus::won
                        : stage.plain.is_lost ? DealStatus::lost
                                              : DealStatus::open;
    auto& plain = fields_.plain;
    plain.stage = stage.id;
    plain.stage_since = context_.now;
    plain.status = status;
    if (before_ != nullptr && before_->plain.status == status) return;
    plain.closed_at = status == DealStatus::open ? std::nullopt : std::optional(context_.now);
  }

  RecordFields<Deal>& fields_;
  const RecordState<Deal>* before_;
  const State& state_;
  const DecisionContext& context_;
  FieldErrors& errors_;
};

std::string name_of(StageId stage, const State& state) {
  const auto found = state.kinds().record(stage);
  return found ? found->texts.title : std::string();
}

/// What stays of a move for whoever reads about the deal: from where to where, when and by whom.
ActivityCreated note_of_move(const DealStageChanged& move, PersonId person, const State& state,
                             const DecisionContext& context) {
  ActivityCreated note;
  note.id = state.kinds().next_id(Activity{});
  note.plain.kind = ActivityType::note;
  note.plain.deal = move.deal;
  if (state.person_exists(person)) note.plain.person = person;
  if (context.caller.user.value != 0) note.plain.owner = context.caller.user;
  note.plain.is_done = true;
  note.plain.done_at = context.now;
  note.texts = {context.choices.new_slot(),
                ActivityCreated::Texts{"Stage changed", "", name_of(move.from, state) + " → " + name_of(move.to, state),
                                       JsonText{"{}"}}};
  return note;
}

}  // namespace

RecordFields<Deal> RecordRules<Deal>::read(BodyReader& reader, Write write) {
  const auto need = write == Write::replace ? Need::required : Need::optional;
  RecordFields<Deal> fields;
  auto& [plain, texts, whole] = fields;
  texts.title = reader.text("title", {need, false});
  texts.description = reader.text("description", {Need::optional, true, kAnyLength});
  plain.lead_value = reader.amount("lead_value");
  plain.currency = reader.choice("currency", iso_currency);
  reader.refuse("status", kFollowsStage);
  texts.lost_reason = reader.text("lost_reason", {});
  plain.expected_close_date = reader.nullable_day("expected_close_date");
  reader.refuse("closed_at", kFollowsStage);
  if (const auto person = reader.uuid("person", need)) plain.person = PersonId(*person);
  plain.organization = reader.nullable_uuid_as<OrganizationId>("organization");
  plain.pipeline = reader.reference<PipelineId>("pipeline", Need::optional);
  plain.stage = reader.reference<StageId>("stage", Need::optional);
  plain.source = reader.nullable_reference<LeadSourceId>("source");
  plain.owner = reader.nullable_reference<UserId>("owner");
  texts.metadata = reader.json("metadata");
  if (write == Write::replace) {
    if (!texts.description) texts.description = "";
    if (!plain.lead_value) plain.lead_value = Amount{};
    if (!plain.currency) plain.currency = Currency{};
    if (!texts.lost_reason) texts.lost_reason = "";
    if (!plain.expected_close_date) plain.expected_close_date.emplace();
    if (!plain.source) plain.source.emplace();
    if (!texts.metadata) texts.metadata = JsonText{"{}"};
  }
  return fields;
}

void RecordRules<Deal>::settle(RecordFields<Deal>& fields, const RecordState<Deal>* before, const State& state,
                               const DecisionContext& context, FieldErrors& errors) {
  DealSettling(fields, before, state, context, errors).all();
}

FieldErrors RecordRules<Deal>::checked(const RecordAfter<Deal>&, FieldErrors errors) {
  return in_schema_order(std::move(errors), {"title", "description", "lead_value", "currency", "status", "lost_reason",
                                             "expected_close_date", "closed_at", "person", "organization", "pipeline",
                                             "stage", "source", "owner", "metadata"});
}

void RecordRules<Deal>::tell_apart(RecordUpdated<Deal>& updated, const RecordState<Deal>& before, const State& state,
                                   const DecisionContext& context, std::vector<Event>& events) {
  auto& plain = updated.plain;
  if (!plain.stage) return;
  DealStageChanged move{before.id,
                        before.plain.stage,
                        *plain.stage,
                        plain.status.value_or(before.plain.status),
                        plain.closed_at.value_or(before.plain.closed_at),
                        plain.stage_since.value_or(before.plain.stage_since)};
  auto note = note_of_move(move, plain.person.value_or(before.plain.person), state, context);
  events.emplace_back(std::move(move));
  events.emplace_back(std::move(note));
  plain.stage.reset();
  plain.status.reset();
  plain.closed_at.reset();
  plain.stage_since.reset();
}

std::optional<Problem> kept_by_deals(const State& state, const Reference& to) {
  const auto deals = state.kinds().referring(Deal{}, to).size();
  if (deals == 0) return std::nullopt;
  return Problem(ProtectedBy{"deals", deals});
}

template RecordFields<Deal> read_fields<Deal>(const Body&, Write, FieldErrors&);

}  // namespace annals
