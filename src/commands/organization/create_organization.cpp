#include "commands/organization/create_organization.hpp"

#include "commands/rules.hpp"

namespace annals {

CreateOrganization CreateOrganization::from(const Body& body) {
  CreateOrganization command;
  command.fields = OrganizationFields::read(body, Write::replace, command.errors);
  return command;
}

Result<OrganizationCreated> create(const CreateOrganization& command, const State& state,
                                   const DecisionContext& context) {
  const auto& fields = command.fields;
  auto errors = fields.checked(command.errors, state, nullptr, context.now);
  if (!errors.empty()) return refused(std::move(errors));
  OrganizationCreated created;
  created.organization = OrganizationId(context.choices.new_uuid());
  created.owner = owner_of(*fields.owner);
  created.metadata_keys = metadata_keys(*fields.metadata, state.platform(), context.digester);
  created.details = {context.choices.new_slot(), OrganizationDetails{*fields.name, *fields.address, *fields.metadata}};
  return created;
}

Result<Decision> decide(const CreateOrganization& command, const State& state, const std::optional<Precondition>&,
                        const DecisionContext& context) {
  auto created = create(command, state, context);
  if (!created) return std::unexpected(std::move(created).error());
  const OrganizationShown shown{created->organization, true};
  return Decision{{*std::move(created)}, shown, {}};
}

}  // namespace annals
