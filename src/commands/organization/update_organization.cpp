#include "commands/organization/update_organization.hpp"

#include "commands/rules.hpp"

namespace annals {

UpdateOrganization UpdateOrganization::from(OrganizationId organization, const Body& body, Write write) {
  UpdateOrganization command;
  command.organization = organization;
  command.fields = OrganizationFields::read(body, write, command.errors);
  return command;
}

Result<std::optional<OrganizationUpdated>> update(const UpdateOrganization& command,
                                                  const OrganizationState& organization, const State& state,
                                                  const DecisionContext& context) {
  const auto& fields = command.fields;
  auto errors = fields.checked(command.errors, state, &organization, context.now);
  if (!errors.empty()) return refused(std::move(errors));

  const auto& current = organization.details;
  OrganizationUpdated updated;
  updated.organization = organization.id;
  updated.owner = owner_change(fields.owner, organization.owner);
  OrganizationDetailsChange details;
  details.name = change(fields.name, current.name);
  details.address = change(fields.address, current.address);
  details.metadata = change(fields.metadata, current.metadata);
  if (details.metadata) {
    updated.metadata_keys = change(std::optional(metadata_keys(*details.metadata, state.platform(), context.digester)),
                                   metadata_keys(current.metadata, state.platform(), context.digester));
  }
  if (details != OrganizationDetailsChange{}) updated.details = {organization.slot, std::move(details)};

  OrganizationUpdated nothing;
  nothing.organization = organization.id;
  if (updated == nothing) return std::nullopt;
  return updated;
}

Result<Decision> decide(const UpdateOrganization& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context) {
  const auto organization = state.organization(command.organization);
  if (!organization) return refused(ProblemCode::not_found);
  if (!holds(precondition, organization->version)) return refused(ProblemCode::version_conflict);
  auto updated = update(command, *organization, state, context);
  if (!updated) return std::unexpected(std::move(updated).error());
  Decision decision{{}, OrganizationShown{organization->id, false}, {}};
  if (*updated) decision.events.emplace_back(**std::move(updated));
  return decision;
}

}  // namespace annals
