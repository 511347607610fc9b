#pragma once

#include <string_view>

#include "commands/deciding.hpp"
#include "core/problem.hpp"
#include "events/event.hpp"

namespace annals {

/// Problem: not_found when the host does not have the tag.
struct DetachTag {
  static constexpr std::string_view kCommand = "DetachTag";
  TagHost host;
  TagId tag;
};

Result<Decision> decide(const DetachTag& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context);

}  // namespace annals
