#pragma once

#include <string_view>
#include <vector>

#include "commands/deciding.hpp"
#include "events/event.hpp"

namespace annals {

/// What a platform sells by at its beginning: one pipeline with its stages, and where deals come from; ids from 1.
std::vector<Event> seeded_sales(SlotId platform_slot);

/// Brings that to a platform that is older than pipelines. Repeatable: nothing where there ever was one.
struct SeedSales {
  static constexpr std::string_view kCommand = "SeedSales";
};

Result<Decision> decide(const SeedSales& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext& context);

}  // namespace annals
