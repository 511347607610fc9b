#pragma once

#include <optional>
#include <string_view>

#include "commands/body.hpp"
#include "commands/deciding.hpp"
#include "commands/person/relations.hpp"
#include "core/ids.hpp"

namespace annals {

/// Takes the merge of one duplicate back: it is a person of its own again, with the related records that stand as the
/// merge left them.
struct UnmergePerson {
  static constexpr std::string_view kCommand = "UnmergePerson";
  PersonId person;                    ///< the duplicate, or the primary when `duplicate` says which
  std::optional<PersonId> duplicate;  ///< of the primary `person`
  FieldErrors errors;

  static UnmergePerson from(PersonId person, const Body& body);
};

/// The precondition is about `person`.
Result<Decision> decide(const UnmergePerson& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);
/// With other relations than those there are.
Result<Decision> decide(const UnmergePerson& command, const State& state,
                        const std::optional<Precondition>& precondition, Relations relations);

}  // namespace annals
