#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "commands/deciding.hpp"
#include "core/ids.hpp"

namespace annals {

/// By id, or else by the address. One that is no longer active is not found.
struct RevokeInvitation {
  static constexpr std::string_view kCommand = "RevokeInvitation";
  std::optional<InvitationId> invitation;
  std::string email;
};

Result<Decision> decide(const RevokeInvitation& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
