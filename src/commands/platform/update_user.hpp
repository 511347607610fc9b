#pragma once

#include <optional>
#include <string_view>

#include "commands/body.hpp"
#include "commands/deciding.hpp"
#include "core/ids.hpp"

namespace annals {

/// In the system platform: deactivates a user, or takes that back. Nobody deactivates themselves, so that a superuser
/// stays.
struct UpdateUser {
  static constexpr std::string_view kCommand = "UpdateUser";
  UserId user;
  std::optional<bool> active;
  FieldErrors errors;

  static UpdateUser from(UserId user, const Body& body);
};

Result<Decision> decide(const UpdateUser& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context);

}  // namespace annals
