#pragma once

#include <string_view>

#include "commands/deciding.hpp"
#include "commands/organization/organization_fields.hpp"
#include "core/problem.hpp"
#include "events/organization_events.hpp"

namespace annals {

struct CreateOrganization {
  static constexpr std::string_view kCommand = "CreateOrganization";
  OrganizationFields fields;  ///< those that were absent hold their defaults
  FieldErrors errors;

  static CreateOrganization from(const Body& body);
};

/// The event, or invalid_fields.
Result<OrganizationCreated> create(const CreateOrganization& command, const State& state,
                                   const DecisionContext& context);

Result<Decision> decide(const CreateOrganization& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context);

}  // namespace annals
