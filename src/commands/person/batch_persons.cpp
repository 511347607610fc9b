#include "commands/person/batch_persons.hpp"

#include <algorithm>
#include <utility>

#include "commands/fields/body_reader.hpp"
#include "commands/fields/messages.hpp"
#include "commands/import/record_writes.hpp"
#include "commands/made_up_choices.hpp"
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

/// Decides row after row.
class BatchDecision {
 public:
  BatchDecision(const State& state, const DecisionContext& context)
      : writes_(state, context, RecordWrites::Created::may_be_updated) {}

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
  std::vector<Event> take_events() { return writes_.take_events(); }
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
    const auto known = writes_.state().person_with_unique_id(*row.create.fields.unique_id);
    return known ? update_by(row.update, *known) : create_from(row.create);
  }

  Result<Row> create_from(const CreatePerson& command) {
    const auto id = writes_.create(command);
    if (!id) return std::unexpected(id.error());
    return Row{201, *id, {}};
  }

  Result<Row> update_by(const UpdatePerson& command, PersonId id) {
    const auto changed = writes_.update(command, id);
    if (!changed) return std::unexpected(changed.error());
    return Row{200, id, {}};
  }

  static Row refusal_of(Problem problem) {
    if (problem.code == ProblemCode::not_found) return {404, std::nullopt, {{"id", {"Not found."}}}};
    return {400, std::nullopt, std::move(problem.fields)};
  }

  RecordWrites writes_;
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
