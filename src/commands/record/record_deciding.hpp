#pragma once

#include <algorithm>
#include <iterator>
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
///   /// Puts in what follows from other records and from who asks, and says what is wrong with the references;
///   `before`
///   /// is null for a new one.
///   static void settle(RecordFields<Kind>& fields, const RecordState<Kind>* before, const State& state,
///                      const DecisionContext& context, FieldErrors& errors);
///   /// Takes out of the update what events of its own say, which it adds.
///   static void tell_apart(RecordUpdated<Kind>& updated, const RecordState<Kind>& before, const State& state,
///                          const DecisionContext& context, std::vector<Event>& events);
///   /// What stands against the update, though its fields are right.
///   static std::optional<Problem> forbids(const RecordUpdated<Kind>& updated, const RecordState<Kind>& before,
///                                         const State& state);
///   static bool has_place(const RecordFields<Kind>& fields, const State& state);     // else not_found
///   static void go_along(Id self, const Plain& after, const State& state, std::vector<Event>& events);
///   static std::optional<Problem> keeps(const RecordState<Kind>& record, const State& state);  // from being deleted
namespace annals {

template <class Kind>
RecordFields<Kind> read_fields(const Body& body, Write write, FieldErrors& errors) {
  BodyReader reader(body, errors);
  auto fields = RecordRules<Kind>::read(reader, write);
  fields.whole = write == Write::replace;
  return fields;
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
void settle(RecordFields<Kind>& fields, const RecordState<Kind>* before, const State& state,
            const DecisionContext& context, FieldErrors& errors) {
  if constexpr (requires { RecordRules<Kind>::settle(fields, before, state, context, errors); }) {
    RecordRules<Kind>::settle(fields, before, state, context, errors);
  }
}

template <class Kind>
Result<Decision> decide(const CreateRecord<Kind>& command, const State& state, const std::optional<Precondition>&,
                        const DecisionContext& context) {
  if constexpr (requires { RecordRules<Kind>::has_place(command.fields, state); }) {
    if (!RecordRules<Kind>::has_place(command.fields, state)) return refused(ProblemCode::not_found);
  }
  auto fields = command.fields;
  auto errors = command.errors;
  settle<Kind>(fields, nullptr, state, context, errors);
  RecordAfter<Kind> after;
  after.change(fields);
  errors = checked<Kind>(std::move(errors), after, std::nullopt, state);
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
  auto fields = command.fields;
  auto errors = command.errors;
  settle<Kind>(fields, &*record, state, context, errors);
  RecordAfter<Kind> after{record->plain, record->texts};
  after.change(fields);
  errors = checked<Kind>(std::move(errors), after, record->id, state);
  if (!errors.empty()) return refused(std::move(errors));

  RecordUpdated<Kind> nothing;
  nothing.id = record->id;
  auto updated = nothing;
  updated.plain = difference(fields.plain, record->plain);
  auto texts = difference(fields.texts, record->texts);
  if (texts.metadata) {
    updated.metadata_keys = change(std::optional(metadata_keys(*texts.metadata, state.platform(), context.digester)),
                                   metadata_keys(record->texts.metadata, state.platform(), context.digester));
  }
  if (texts != typename RecordUpdated<Kind>::Texts{}) {
    if (record->erased) {  // written anew, all of them
      if (!fields.texts.metadata) after.texts.metadata = JsonText{"{}"};
      updated.texts = {context.choices.new_slot(), change_to_all<typename RecordUpdated<Kind>::Texts>(after.texts)};
    } else {
      updated.texts = {record->slot, std::move(texts)};
    }
  }
  if constexpr (requires { RecordRules<Kind>::forbids(updated, *record, state); }) {
    if (auto problem = RecordRules<Kind>::forbids(updated, *record, state)) return std::unexpected(*std::move(problem));
  }
  Decision decision{{}, RecordShown{Kind::name, record->id.value, false}, {}};
  std::vector<Event> told_apart;
  if constexpr (requires { RecordRules<Kind>::tell_apart(updated, *record, state, context, told_apart); }) {
    RecordRules<Kind>::tell_apart(updated, *record, state, context, told_apart);
  }
  if (updated != nothing) decision.events.emplace_back(std::move(updated));
  std::ranges::move(told_apart, std::back_inserter(decision.events));
  if (decision.events.empty()) return decision;
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
