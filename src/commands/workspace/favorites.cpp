#include "commands/workspace/favorites.hpp"

#include "commands/record/record_deciding.hpp"

namespace annals {
namespace {

int target_count(const RecordCreated<Favorite>::Plain& plain) {
  return int{plain.person.has_value()} + int{plain.organization.has_value()} + int{plain.deal.has_value()};
}

/// The one that there is of the same record by the same user.
std::optional<FavoriteId> same_favorite(const RecordFields<Favorite>& fields, const State& state) {
  RecordAfter<Favorite> wanted;
  wanted.change(fields);
  if (target_count(wanted.plain) != 1) return std::nullopt;
  return state.kinds().record_with(Favorite{}, Favorite::unique(wanted.plain, wanted.texts));
}

}  // namespace

RecordFields<Favorite> RecordRules<Favorite>::read(BodyReader& reader, Write) {
  RecordFields<Favorite> fields;
  fields.plain.person = reader.nullable_uuid_as<PersonId>("person");
  fields.plain.organization = reader.nullable_uuid_as<OrganizationId>("organization");
  fields.plain.deal = reader.nullable_reference<DealId>("deal");
  fields.texts.metadata = reader.json("metadata");
  if (!fields.texts.metadata) fields.texts.metadata = JsonText{"{}"};
  return fields;
}

void RecordRules<Favorite>::settle(RecordFields<Favorite>& fields, const RecordState<Favorite>*, const State& state,
                                   const DecisionContext& context, FieldErrors& errors) {
  auto& plain = fields.plain;
  plain.user = context.caller.user;
  const auto may_read = [&](std::string_view permission) { return context.caller.grants.allow(permission); };
  if (plain.person && *plain.person) {
    auto fault = fault_of_subject(**plain.person, state);
    if (!may_read("Ibl.CRM/Persons/read")) fault = no_such_pk((**plain.person).to_string());
    if (fault) errors.push_back({"person", {*std::move(fault)}});
  }
  if (plain.organization && *plain.organization &&
      !(may_read("Ibl.CRM/Organizations/read") && state.organization_exists(**plain.organization))) {
    errors.push_back({"organization", {no_such_pk((**plain.organization).to_string())}});
  }
  if (plain.deal && *plain.deal && !(may_read("Ibl.CRM/Deals/read") && state.kinds().record(**plain.deal))) {
    errors.push_back({"deal", {no_such_pk(std::to_string((**plain.deal).value))}});
  }
}

FieldErrors RecordRules<Favorite>::checked(const RecordAfter<Favorite>& after, FieldErrors errors) {
  const bool one = target_count(after.plain) == 1;
  if (!one || errors.size() > 1) {  // it is no favorite already: of one of several, or of what cannot be one
    std::erase_if(errors, [](const FieldError& error) { return error.field == unique_field; });
  }
  if (!one && errors.empty()) {
    errors.push_back({"non_field_errors", {"Name exactly one person, organization or deal."}});
  }
  return in_schema_order(std::move(errors), {"person", "organization", "deal", "metadata", "non_field_errors"});
}

Result<Decision> decide(const CreateRecord<Favorite>& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context) {
  auto fields = command.fields;
  auto errors = command.errors;
  RecordRules<Favorite>::settle(fields, nullptr, state, context, errors);
  if (const auto same = errors.empty() ? same_favorite(fields, state) : std::nullopt) {
    return Decision{{}, RecordShown{Favorite::name, same->value, false}, {}};
  }
  return decide<Favorite>(command, state, precondition, context);
}

template RecordFields<Favorite> read_fields<Favorite>(const Body&, Write, FieldErrors&);

}  // namespace annals
