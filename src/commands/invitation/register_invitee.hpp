#pragma once

#include <string>
#include <string_view>

#include "commands/deciding.hpp"
#include "commands/invitation/redeem_invitation.hpp"
#include "core/ids.hpp"

namespace annals {

/// In the system platform: makes the user whom an invitation is for, and goes on with redeeming it. Repeatable: nothing
/// when somebody has the address. Its secret has been looked at before.
struct RegisterInvitee {
  static constexpr std::string_view kCommand = "RegisterInvitee";
  PlatformId platform;  ///< the invitation's
  std::string email;    ///< as it was invited
  RedeemInvitation redeeming;
};

Result<Decision> decide(const RegisterInvitee& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
