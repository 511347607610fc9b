#include "commands/decide.hpp"

#include "commands/record/record_deciding.hpp"

namespace annals {

Result<Decision> decide(const State& state, const Command& command, const std::optional<Precondition>& precondition,
                        const DecisionContext& context) {
  return std::visit([&](const auto& one) { return decide(one, state, precondition, context); }, command);
}

}  // namespace annals
