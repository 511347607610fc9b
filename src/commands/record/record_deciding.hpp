#pragma once

#include <string>
#include <utility>
#include <vector>

#include "commands/decide.hpp"
#include "commands/fields/body_reader.hpp"
#include "commands/record/record_commands.hpp"
#include "commands/rules.hpp"

/// How the commands of every kind of record are decided; for decide.cpp and the kinds' own commands.
///
/// RecordRules<Kind> may also have
///   static void complete(RecordFields<Kind>& fields, const State& state);            // of a new one
///   static bool has_place(const RecordFields<Kind>& fields, const State& state);     // else not_found
///   static void go_along(Id self, const Plain& after, const State& state, std::vector<Event>& events);
///   static std::optional<Problem> keeps(const RecordState<Kind>& record, const State& state);  // from being deleted
namespace annals {

template <class Kind>
RecordFields<Kind> read_fields(const Body& body, Write write, FieldErrors& errors) {
  BodyReader reader(body, errors);
  return RecordRules<Kind>::read(reader, write);
}

/// A record as it would be.
template <class Kind>
struct RecordAfter {
  typename RecordCreated<Kind>::Plain plain;
  typename RecordCreated<Kind>::Texts texts;
  void change(const RecordFields<Kind>& fields) {
    change_fields(plain, fields.plain);
    change_fields(texts, fields.texts);
  }
};

/// `errors`, and what the state has against the record as it would be.
template <class Kind>
FieldErrors checked(FieldErrors errors, const RecordAfter<Kind>& after, std::optional<typename Kind::Id> self,
                    const State& state) {
  using Rules = RecordRules<Kind>;
  if constexpr (HasUnique<Kind>) {
    const auto holder = state.kinds().record_with(Kind{}, Kind::unique(after.plain, after.texts));
    if (holder && holder != self) {
      errors.push_back({std::string(Rules::unique_field), {std::string(Rules::not_unique)}});
    }
  }
  return Rules::checked(after, std::move(errors));
}

template <class Kind>
void go_along(typename Kind::Id self, const typename RecordCreated<Kind>::Plain& after, const State& state,
              std::vector<Event>& events) {
  if constexpr (requires { RecordRules<Kind>::go_along(self, after, state, events); }) {
    RecordRules<Kind>::go_along(self, after, state, events);
  }
}

template <class Kind>
Result<Decision> decide(const CreateRecord<Kind>& command, const State& state, const std::optional<Precondition>&,
                        const DecisionContext& context) {
  if constexpr (requires { RecordRules<Kind>::has_place(command.fields, state); }) {
    if (!RecordRules<Kind>::has_place(command.fields, state)) return refused(ProblemCode::not_found);
  }
  auto fields = command.fields;
  if constexpr (requires { RecordRules<Kind>::complete(fields, state); }) RecordRules<Kind>::complete(fields, state);
  RecordAfter<Kind> after;
  after.change(fields);
  auto errors = checked<Kind>(command.errors, after, std::nullopt, state);
  if (!errors.empty()) return refused(std::move(errors));
  const auto id = state.kinds().next_id(Kind{});
  RecordCreated<Kind> created;
  created.id = id;
  created.plain = after.plain;
  created.metadata_keys = metadata_keys(after.texts.metadata, state.platform(), context.digester);
  created.texts = {HasOwnSlot<Kind> ? context.choices.new_slot() : state.platform_slot(), std::move(after.texts)};
  Decision decision{{std::move(created)}, RecordShown{Kind::name, id.value, true}, {}};
  go_along<Kind>(id, after.plain, state, decision.events);
  return decision;
}

template <class Kind>
Result<Decision> decide(const UpdateRecord<Kind>& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context) {
  const auto record = state.kinds().record(command.id);
  if (!record) return refused(ProblemCode::not_found);
  if (!holds(precondition, record->version)) return refused(ProblemCode::version_conflict);
  RecordAfter<Kind> after{record->plain, record->texts};
  after.change(command.fields);
  auto errors = checked<Kind>(command.errors, after, record->id, state);
  if (!errors.empty()) return refused(std::move(errors));

  RecordUpdated<Kind> nothing;
  nothing.id = record->id;
  auto updated = nothing;
  updated.plain = difference(command.fields.plain, record->plain);
  auto texts = difference(command.fields.texts, record->texts);
  if (texts.metadata) {
    updated.metadata_keys = change(std::optional(metadata_keys(*texts.metadata, state.platform(), context.digester)),
                                   metadata_keys(record->texts.metadata, state.platform(), context.digester));
  }
  if (texts != typename RecordUpdated<Kind>::Texts{}) updated.texts = {record->slot, std::move(texts)};
  Decision decision{{}, RecordShown{Kind::name, record->id.value, false}, {}};
  if (updated == nothing) return decision;
  decision.events.emplace_back(std::move(updated));
  go_along<Kind>(record->id, after.plain, state, decision.events);
  return decision;
}

template <class Kind>
Result<Decision> decide(const DeleteRecord<Kind>& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext&) {
  const auto record = state.kinds().record(command.id);
  if (!record) return refused(ProblemCode::not_found);
  if (!holds(precondition, record->version)) return refused(ProblemCode::version_conflict);
  if constexpr (requires { RecordRules<Kind>::keeps(*record, state); }) {
    if (auto kept = RecordRules<Kind>::keeps(*record, state)) return std::unexpected(*std::move(kept));
  }
  return Decision{{RecordDeleted<Kind>{record->id}}, NothingShown{}, {}};
}

}  // namespace annals
