#include "commands/person/create_person.hpp"

#include "commands/rules.hpp"

namespace annals {

CreatePerson CreatePerson::from(const Body& body) {
  CreatePerson command;
  command.fields = PersonFields::read(body, Write::replace, command.errors);
  return command;
}

Result<PersonCreated> create(const CreatePerson& command, const State& state, const DecisionContext& context) {
  const auto& fields = command.fields;
  auto errors = fields.checked(command.errors, state, nullptr, context.now);
  if (!errors.empty()) return refused(std::move(errors));
  PersonCreated created;
  created.person = PersonId(context.choices.new_uuid());
  created.lifecycle_stage = *fields.lifecycle_stage;
  created.owner = owner_of(*fields.owner);
  created.organization = *fields.organization;
  created.metadata_keys = metadata_keys(*fields.metadata, state.platform(), context.digester);
  created.details = {context.choices.new_slot(),
                     PersonDetails{*fields.name, *fields.primary_email, *fields.emails, *fields.contact_numbers,
                                   *fields.job_title, *fields.unique_id, *fields.metadata}};
  return created;
}

Result<Decision> decide(const CreatePerson& command, const State& state, const std::optional<Precondition>&,
                        const DecisionContext& context) {
  auto created = create(command, state, context);
  if (!created) return std::unexpected(std::move(created).error());
  Decision decision{.events = {}, .outcome = PersonShown{created->person, true}, .then = {}};
  decision.events.emplace_back(*std::move(created));
  return decision;
}

}  // namespace annals
