#pragma once

#include <optional>
#include <string_view>

#include "commands/deciding.hpp"
#include "commands/organization/organization_fields.hpp"
#include "events/organization_events.hpp"

namespace annals {

/// Replaces or patches; only what changed becomes part of the event.
struct UpdateOrganization {
  static constexpr std::string_view kCommand = "UpdateOrganization";
  OrganizationId organization;
  OrganizationFields fields;
  FieldErrors errors;

  static UpdateOrganization from(OrganizationId organization, const Body& body, Write write);
};

/// What changes of `organization`, the one that is named; nullopt: nothing. Problem: invalid_fields.
Result<std::optional<OrganizationUpdated>> update(const UpdateOrganization& command,
                                                  const OrganizationState& organization, const State& state,
                                                  const DecisionContext& context);

Result<Decision> decide(const UpdateOrganization& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
