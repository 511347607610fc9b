#include "commands/organization/organization_fields.hpp"

#include "commands/fields/body_reader.hpp"
#include "commands/rules.hpp"

namespace annals {

OrganizationFields OrganizationFields::read(const Body& body, Write write, FieldErrors& errors) {
  BodyReader reader(body, errors);
  OrganizationFields fields;
  fields.name = reader.text("name", {write == Write::replace ? Need::required : Need::optional, false});
  fields.address = reader.json("address");
  fields.owner = reader.nullable_integer("owner");
  fields.metadata = reader.json("metadata");
  if (write == Write::replace) {
    const OrganizationDetails defaults;
    if (!fields.address) fields.address = defaults.address;
    if (!fields.owner) fields.owner.emplace();
    if (!fields.metadata) fields.metadata = defaults.metadata;
  }
  return fields;
}

FieldErrors OrganizationFields::checked(FieldErrors errors, const State& state, const OrganizationState* before,
                                        Timestamp now) const {
  if (name) {
    const auto holder = state.organization_named(*name);
    if (holder && (before == nullptr || holder != before->id))
      errors.push_back({"name", {"organization with this name already exists."}});
  }
  check_owner(owner, before != nullptr ? before->owner : std::nullopt, state, now, errors);
  return in_schema_order(std::move(errors), {"name", "address", "owner", "metadata"});
}

}  // namespace annals
