#include "commands/person/batch_persons.hpp"

#include <algorithm>
#include <utility>

#include "commands/fields/body_reader.hpp"
#include "commands/fields/messages.hpp"
#include "commands/import/rows_state.hpp"
#include "commands/rules.hpp"

namespace annals {
namespace {

constexpr const char* kItemsField = "items";

std::optional<BatchOperation> operation_named(std::string_view name) {
  if (name == "create") return BatchOperation::create;
  if (name == "update") return BatchOperation::update;
  if (name == "upsert") return BatchOperation::upsert;
  return std::nullopt;
}

PersonState state_of(const PersonCreated& created) {
  PersonState person;
  person.id = created.person;
  person.version = StreamVersion{1};
  person.slot = created.details.slot;
  person.lifecycle_stage = created.lifecycle_stage;
  person.owner = created.owner;
  person.organization = created.organization;
  person.details = *created.details.data;
  return person;
}

template <class T>
void evolve(T& value, const std::optional<T>& change) {
  if (change) value = *change;
}

PersonState evolved(PersonState person, const PersonUpdated& updated) {
  ++person.version.value;
  evolve(person.lifecycle_stage, updated.lifecycle_stage);
  evolve(person.owner, updated.owner);
  evolve(person.organization, updated.organization);
  if (!updated.details) return person;
  const auto& change = *updated.details->data;
  auto& details = person.details;
  evolve(details.name, change.name);
  evolve(details.primary_email, change.primary_email);
  evolve(details.emails, change.emails);
  evolve(details.contact_numbers, change.contact_numbers);
  evolve(details.job_title, change.job_title);
  evolve(details.unique_id, change.unique_id);
  evolve(details.metadata, change.metadata);
  return person;
}

/// Makes up ids, for finding out whether every row will do before anything is drawn.
class MadeUpChoices : public Choices {
 public:
  Uuid new_uuid() override {
    Uuid uuid;
    for (std::size_t i = 0; i < 8; ++i) uuid.bytes[i] = static_cast<std::uint8_t>(made_ >> (8 * i));
    ++made_;
    return uuid;
  }
  SlotId new_slot() override { return {}; }
  std::string new_secret() override { return {}; }

 private:
  std::uint64_t made_ = 0;
};

/// Decides row after row.
class BatchDecision {
 public:
  BatchDecision(const State& state, const DecisionContext& context) : state_(state), context_(context) {}

  void add(const BatchRow& row) {
    auto done = row.errors.empty() ? decide(row) : refused(row.errors);
    if (done) {
      batch_.rows.push_back(*done);
    } else {
      batch_.rows.push_back(refusal_of(std::move(done).error()));
      any_refused_ = true;
    }
  }
  bool any_refused() const { return any_refused_; }
  std::vector<Event> take_events() { return std::move(events_); }
  BatchShown take_rows() { return std::move(batch_); }

 private:
  using Row = BatchShown::Row;

  Result<Row> decide(const BatchRow& row) {
    switch (row.operation) {
      case BatchOperation::create:
        return create_from(row.create);
      case BatchOperation::update:
        return update_by(row.update, row.update.person);
      case BatchOperation::upsert:
        break;
    }
    const auto known = state_.person_with_unique_id(*row.create.fields.unique_id);
    return known ? update_by(row.update, *known) : create_from(row.create);
  }

  Result<Row> create_from(const CreatePerson& command) {
    auto created = create(command, state_, context_);
    if (!created) return std::unexpected(std::move(created).error());
    state_.put(state_of(*created));
    const auto id = created->person;
    events_.emplace_back(*std::move(created));
    return Row{201, id, {}};
  }

  Result<Row> update_by(const UpdatePerson& command, PersonId id) {
    const auto person = state_.person(id);
    if (!person) return refused(ProblemCode::not_found);
    auto updated = update(command, *person, state_, context_);
    if (!updated) return std::unexpected(std::move(updated).error());
    if (*updated) {
      state_.put(evolved(*person, **updated));
      events_.emplace_back(**std::move(updated));
    }
    return Row{200, id, {}};
  }

  static Row refusal_of(Problem problem) {
    if (problem.code == ProblemCode::not_found) return {404, std::nullopt, {{"id", {"Not found."}}}};
    return {400, std::nullopt, std::move(problem.fields)};
  }

  RowsState state_;
  const DecisionContext& context_;
  std::vector<Event> events_;
  BatchShown batch_;
  bool any_refused_ = false;
};

/// What becomes of the rows when one of them is refused; nullopt: none is.
std::optional<BatchShown> refused_as_a_whole(const BatchPersons& command, const State& state,
                                             const DecisionContext& context) {
  MadeUpChoices made_up;
  const DecisionContext trying{context.now, context.caller, made_up, context.digester, context.invitation_lifetime};
  BatchDecision batch(state, trying);
  for (const auto& row : command.rows) batch.add(row);
  if (!batch.any_refused()) return std::nullopt;
  auto shown = batch.take_rows();
  shown.refused = true;
  // Nothing was created: what would have been has no id to tell.
  for (auto& row : shown.rows) {
    if (row.status == 201) row.person.reset();
  }
  return shown;
}

}  // namespace

BatchRow BatchRow::from(const Body& body) {
  BatchRow row;
  BodyReader reader(body, row.errors);
  const auto operation = reader.choice("operation", operation_named);
  if (operation) row.operation = *operation;
  if (!operation && row.errors.empty()) reader.fail("operation", message::kRequired);
  if (!row.errors.empty()) return row;
  if (row.operation != BatchOperation::update) row.create = CreatePerson::from(body);
  if (row.operation == BatchOperation::create) return row;
  PersonId person;
  if (row.operation == BatchOperation::update) {
    if (const auto id = reader.uuid("id", Need::required)) person = PersonId(*id);
  } else if (!row.create.fields.unique_id || row.create.fields.unique_id->empty()) {
    const bool faulty = !row.create.fields.unique_id;  // then its own error says more
    row.errors = faulty ? row.create.errors : FieldErrors{{"unique_id", {message::kRequired}}};
  }
  row.update = UpdatePerson::from(person, body, Write::patch);
  return row;
}

BatchPersons BatchPersons::from(const Body& body) {
  BatchPersons command;
  BodyReader reader(body, command.errors);
  const auto items = reader.json(kItemsField);
  command.all_or_none = reader.boolean("all_or_none").value_or(false);
  if (!items) {
    if (command.errors.empty()) reader.fail(kItemsField, message::kRequired);
    return command;
  }
  if (const auto kind = json_kind(items->text); kind != JsonKind::array) {
    reader.fail(kItemsField, message::not_a_list(kind));
    return command;
  }
  const auto elements = json_elements(items->text);
  if (elements.empty()) reader.fail(kItemsField, "This list may not be empty.");
  if (elements.size() > kBatchedPersonsMax) {
    reader.fail(kItemsField, "Ensure this field has no more than " + std::to_string(kBatchedPersonsMax) + " elements.");
    return command;
  }
  command.rows.reserve(elements.size());
  for (const auto element : elements) command.rows.push_back(BatchRow::from(body_of(JsonText{std::string(element)})));
  return command;
}

Result<Decision> decide(const BatchPersons& command, const State& state, const std::optional<Precondition>&,
                        const DecisionContext& context) {
  if (!command.errors.empty()) return refused(in_schema_order(command.errors, {kItemsField, "all_or_none"}));
  if (command.all_or_none) {
    if (auto shown = refused_as_a_whole(command, state, context)) return Decision{{}, *std::move(shown), {}};
  }
  BatchDecision batch(state, context);
  for (const auto& row : command.rows) batch.add(row);
  auto events = batch.take_events();
  return Decision{std::move(events), batch.take_rows(), {}};
}

}  // namespace annals
