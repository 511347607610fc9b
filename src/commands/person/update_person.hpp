#pragma once

#include <optional>
#include <string_view>

#include "commands/deciding.hpp"
#include "commands/person/person_fields.hpp"

namespace annals {

/// Replaces or patches; only what changed becomes part of the event.
struct UpdatePerson {
  static constexpr std::string_view kCommand = "UpdatePerson";
  PersonId person;
  PersonFields fields;
  FieldErrors errors;

  static UpdatePerson from(PersonId person, const Body& body, Write write);
};

/// What changes of `person`, the one that is named; nullopt: nothing. Problem: invalid_fields.
Result<std::optional<PersonUpdated>> update(const UpdatePerson& command, const PersonState& person, const State& state,
                                            const DecisionContext& context);

Result<Decision> decide(const UpdatePerson& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
