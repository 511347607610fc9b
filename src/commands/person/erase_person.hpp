#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "commands/body.hpp"
#include "commands/deciding.hpp"
#include "core/ids.hpp"

namespace annals {

inline constexpr std::size_t kErasureReasonCodePointsMax = 1000;

/// Gives up the personal data of a person, also of a deleted or merged one. Its open invitations are revoked; who
/// commits this destroys the key that the event names.
struct ErasePerson {
  static constexpr std::string_view kCommand = "ErasePerson";
  PersonId person;
  std::string reason;  ///< blank: none given
  FieldErrors errors;

  static ErasePerson from(PersonId person, const Body& body);
};

Result<Decision> decide(const ErasePerson& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context);

}  // namespace annals
