#include "commands/person/update_person.hpp"

#include "commands/rules.hpp"

namespace annals {
namespace {

PersonDetailsChange details_change(const PersonFields& fields, const PersonDetails& current) {
  PersonDetailsChange changed;
  changed.name = change(fields.name, current.name);
  changed.primary_email = change(fields.primary_email, current.primary_email);
  changed.emails = change(fields.emails, current.emails);
  changed.contact_numbers = change(fields.contact_numbers, current.contact_numbers);
  changed.job_title = change(fields.job_title, current.job_title);
  changed.unique_id = change(fields.unique_id, current.unique_id);
  changed.metadata = change(fields.metadata, current.metadata);
  return changed;
}

std::optional<std::vector<Digest128>> keys_change(const PersonDetailsChange& details, const PersonState& person,
                                                  const State& state, const Digester& digester) {
  if (!details.metadata) return std::nullopt;
  return change(std::optional(metadata_keys(*details.metadata, state.platform(), digester)),
                metadata_keys(person.details.metadata, state.platform(), digester));
}

}  // namespace

UpdatePerson UpdatePerson::from(PersonId person, const Body& body, Write write) {
  UpdatePerson command;
  command.person = person;
  command.fields = PersonFields::read(body, write, command.errors);
  return command;
}

Result<std::optional<PersonUpdated>> update(const UpdatePerson& command, const PersonState& person, const State& state,
                                            const DecisionContext& context) {
  const auto& fields = command.fields;
  auto errors = fields.checked(command.errors, state, &person, context.now);
  if (!errors.empty()) return refused(std::move(errors));

  PersonUpdated updated;
  updated.person = person.id;
  updated.lifecycle_stage = change(fields.lifecycle_stage, person.lifecycle_stage);
  updated.owner = owner_change(fields.owner, person.owner);
  updated.organization = change(fields.organization, person.organization);
  auto details = details_change(fields, person.details);
  updated.metadata_keys = keys_change(details, person, state, context.digester);
  if (details != PersonDetailsChange{}) updated.details = {person.slot, std::move(details)};

  PersonUpdated nothing;
  nothing.person = person.id;
  if (updated == nothing) return std::nullopt;
  return updated;
}

Result<Decision> decide(const UpdatePerson& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context) {
  const auto person = state.person(command.person);
  if (!person) return refused(ProblemCode::not_found);
  if (!holds(precondition, person->version)) return refused(ProblemCode::version_conflict);
  auto updated = update(command, *person, state, context);
  if (!updated) return std::unexpected(std::move(updated).error());
  Decision decision{{}, PersonShown{person->id, false}, {}};
  if (*updated) decision.events.emplace_back(**std::move(updated));
  return decision;
}

}  // namespace annals
