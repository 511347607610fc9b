#pragma once

#include <string_view>

#include "commands/deciding.hpp"
#include "core/ids.hpp"

namespace annals {

/// Once: one that is done stays as it is.
struct CompleteActivity {
  static constexpr std::string_view kCommand = "CompleteActivity";
  ActivityId id;
};

Result<Decision> decide(const CompleteActivity& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
