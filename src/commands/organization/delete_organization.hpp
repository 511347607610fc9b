#pragma once

#include <string_view>

#include "commands/deciding.hpp"
#include "core/ids.hpp"

namespace annals {

/// One event, however many persons belong to it.
struct DeleteOrganization {
  static constexpr std::string_view kCommand = "DeleteOrganization";
  OrganizationId organization;
};

Result<Decision> decide(const DeleteOrganization& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
