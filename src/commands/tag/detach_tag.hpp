#pragma once

#include <string_view>

#include "commands/deciding.hpp"
#include "core/problem.hpp"
#include "events/event.hpp"

namespace annals {

/// The precondition is of the host. Problem: not_found when it does not have the tag.
struct DetachTag {
  static constexpr std::string_view kCommand = "DetachTag";
  TagHost host;
  TagId tag;
};

Result<Decision> decide(const DetachTag& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context);

}  // namespace annals
