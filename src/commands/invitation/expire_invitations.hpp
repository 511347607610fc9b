#pragma once

#include <cstddef>
#include <string_view>

#include "commands/deciding.hpp"

namespace annals {

/// Records the expiry of those that are due, earliest first.
struct ExpireInvitations {
  static constexpr std::string_view kCommand = "ExpireInvitations";
  std::size_t limit = 1000;
};

Result<Decision> decide(const ExpireInvitations& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
