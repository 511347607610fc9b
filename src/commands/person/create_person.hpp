#pragma once

#include <string_view>

#include "commands/deciding.hpp"
#include "commands/person/person_fields.hpp"
#include "core/problem.hpp"

namespace annals {

struct CreatePerson {
  static constexpr std::string_view kCommand = "CreatePerson";
  PersonFields fields;  ///< those that were absent hold their defaults
  FieldErrors errors;

  static CreatePerson from(const Body& body);
};

/// The event, or invalid_fields.
Result<PersonCreated> create(const CreatePerson& command, const State& state, const DecisionContext& context);

Result<Decision> decide(const CreatePerson& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
