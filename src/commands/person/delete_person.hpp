#pragma once

#include <string_view>

#include "commands/deciding.hpp"
#include "core/ids.hpp"

namespace annals {

/// An invitation that was sent to the person stays open: it is the invitee's, and can be revoked by itself.
struct DeletePerson {
  static constexpr std::string_view kCommand = "DeletePerson";
  PersonId person;
};

Result<Decision> decide(const DeletePerson& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
