#include "commands/person/person_fields.hpp"

#include "commands/fields/body_reader.hpp"
#include "commands/rules.hpp"

namespace annals {
namespace {

constexpr std::size_t kUniqueIdCodePointsMax = 128;

void default_what_is_absent(PersonFields& fields) {
  const PersonDetails defaults;
  if (!fields.primary_email) fields.primary_email.emplace();
  if (!fields.emails) fields.emails = defaults.emails;
  if (!fields.contact_numbers) fields.contact_numbers = defaults.contact_numbers;
  if (!fields.job_title) fields.job_title = defaults.job_title;
  if (!fields.organization) fields.organization.emplace();
  if (!fields.owner) fields.owner.emplace();
  if (!fields.lifecycle_stage) fields.lifecycle_stage = LifecycleStage::lead;
  if (!fields.unique_id) fields.unique_id = defaults.unique_id;
  if (!fields.metadata) fields.metadata = defaults.metadata;
}

}  // namespace

PersonFields PersonFields::read(const Body& body, Write write, FieldErrors& errors) {
  BodyReader reader(body, errors);
  PersonFields fields;
  fields.name = reader.text("name", {write == Write::replace ? Need::required : Need::optional, false});
  fields.primary_email = reader.nullable_email("primary_email");
  fields.emails = reader.json("emails");
  fields.contact_numbers = reader.json("contact_numbers");
  fields.job_title = reader.text("job_title", {});
  fields.organization = reader.nullable_uuid_as<OrganizationId>("organization");
  fields.owner = reader.nullable_integer("owner");
  fields.lifecycle_stage = reader.choice("lifecycle_stage", lifecycle_stage_named);
  fields.unique_id = reader.text("unique_id", {Need::optional, true, kUniqueIdCodePointsMax});
  fields.metadata = reader.json("metadata");
  if (write == Write::replace) default_what_is_absent(fields);
  return fields;
}

FieldErrors PersonFields::checked(FieldErrors errors, const State& state, const PersonState* before,
                                  Timestamp now) const {
  if (organization && *organization && !state.organization_exists(**organization)) {
    errors.push_back({"organization", {no_such_pk((**organization).to_string())}});
  }
  check_owner(owner, before != nullptr ? before->owner : std::nullopt, state, now, errors);
  if (unique_id && !unique_id->empty()) {
    const auto holder = state.person_with_unique_id(*unique_id);
    if (holder && (before == nullptr || holder != before->id))
      errors.push_back({"unique_id", {"person with this unique id already exists."}});
  }
  return in_schema_order(std::move(errors), {"name", "primary_email", "emails", "contact_numbers", "job_title",
                                             "organization", "owner", "lifecycle_stage", "unique_id", "metadata"});
}

}  // namespace annals
