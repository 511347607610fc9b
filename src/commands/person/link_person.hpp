#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "commands/body.hpp"
#include "commands/deciding.hpp"
#include "core/ids.hpp"

namespace annals {

/// Binds a person to an active member of the platform, once.
struct LinkPerson {
  static constexpr std::string_view kCommand = "LinkPerson";
  PersonId person;
  std::optional<std::int64_t> user_id;
  FieldErrors errors;

  static LinkPerson from(PersonId person, const Body& body);
};

Result<Decision> decide(const LinkPerson& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context);

}  // namespace annals
