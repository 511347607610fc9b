#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "commands/body.hpp"
#include "commands/deciding.hpp"

namespace annals {

/// Makes whoever has an invitation's secret a member. When nobody has the invited address yet, RegisterInvitee makes
/// the user first and this is decided again behind it; so a try that ended between the two is completed by the next.
///
/// A member keeps the rights there are and gets those of the invitation on top. A membership that was ended or has run
/// out begins again, with the rights of the invitation alone. A wrong, used, expired, revoked or foreign secret, a
/// platform without such an invitation and a deactivated user are one and the same problem: not_found.
struct RedeemInvitation {
  static constexpr std::string_view kCommand = "RedeemInvitation";
  std::string platform_key;
  std::string email;
  std::string secret;
  std::optional<std::string> username;  ///< of a new user; nullopt: one is made from the address
  std::string name;                     ///< of a new user
  FieldErrors errors;

  static RedeemInvitation from(const Body& body);
};

Result<Decision> decide(const RedeemInvitation& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
