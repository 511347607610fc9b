#pragma once

#include <string_view>

#include "commands/deciding.hpp"
#include "core/ids.hpp"

namespace annals {

/// Ends a membership; it stays listed, as inactive. One that has ended is not found. Only superusers remove a
/// superuser.
struct RemoveMember {
  static constexpr std::string_view kCommand = "RemoveMember";
  UserId user;
};

Result<Decision> decide(const RemoveMember& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
