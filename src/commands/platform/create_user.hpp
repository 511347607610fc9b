#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "commands/body.hpp"
#include "commands/deciding.hpp"

namespace annals {

inline constexpr std::size_t kUsernameCodePointsMax = 150;

/// In the system platform.
struct CreateUser {
  static constexpr std::string_view kCommand = "CreateUser";
  std::string username;
  std::string email;  ///< blank: none
  std::string name;
  bool superuser = false;  ///< never read from a request; the first start sets it
  FieldErrors errors;

  static CreateUser from(const Body& body);
};

Result<Decision> decide(const CreateUser& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context);

}  // namespace annals
