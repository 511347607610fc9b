#include "commands/import/record_writes.hpp"

#include <utility>

#include "commands/rules.hpp"

namespace annals {
namespace {

PersonState state_of(const PersonCreated& created) {
  PersonState person;
  person.id = created.person;
  person.version = StreamVersion{1};
  person.slot = created.details.slot;
  person.lifecycle_stage = created.lifecycle_stage;
  person.owner = created.owner;
  person.organization = created.organization;
  person.details = *created.details.data;
  return person;
}

OrganizationState state_of(const OrganizationCreated& created) {
  return {created.organization, StreamVersion{1}, created.details.slot, created.owner, *created.details.data};
}

template <class T>
void evolve(T& value, const std::optional<T>& change) {
  if (change) value = *change;
}

PersonState evolved(PersonState person, const PersonUpdated& updated) {
  ++person.version.value;
  evolve(person.lifecycle_stage, updated.lifecycle_stage);
  evolve(person.owner, updated.owner);
  evolve(person.organization, updated.organization);
  if (!updated.details) return person;
  const auto& change = *updated.details->data;
  auto& details = person.details;
  evolve(details.name, change.name);
  evolve(details.primary_email, change.primary_email);
  evolve(details.emails, change.emails);
  evolve(details.contact_numbers, change.contact_numbers);
  evolve(details.job_title, change.job_title);
  evolve(details.unique_id, change.unique_id);
  evolve(details.metadata, change.metadata);
  return person;
}

OrganizationState evolved(OrganizationState organization, const OrganizationUpdated& updated) {
  ++organization.version.value;
  evolve(organization.owner, updated.owner);
  if (!updated.details) return organization;
  const auto& change = *updated.details->data;
  evolve(organization.details.name, change.name);
  evolve(organization.details.address, change.address);
  evolve(organization.details.metadata, change.metadata);
  return organization;
}

/// Puts what an update decided among the events; whether it was anything.
template <class Record, class Updated>
bool take(std::optional<Updated>&& updated, const Record& record, RowsState& state, std::vector<Event>& events) {
  if (!updated) return false;
  state.put(evolved(record, *updated));
  events.emplace_back(*std::move(updated));
  return true;
}

}  // namespace

Result<PersonId> RecordWrites::create(const CreatePerson& command) {
  auto created = annals::create(command, state_, context_);
  if (!created) return std::unexpected(std::move(created).error());
  const auto id = created->person;
  created_ == Created::may_be_updated ? state_.put(state_of(*created)) : state_.add(*created);
  events_.emplace_back(*std::move(created));
  return id;
}

Result<OrganizationId> RecordWrites::create(const CreateOrganization& command) {
  auto created = annals::create(command, state_, context_);
  if (!created) return std::unexpected(std::move(created).error());
  const auto id = created->organization;
  created_ == Created::may_be_updated ? state_.put(state_of(*created)) : state_.add(*created);
  events_.emplace_back(*std::move(created));
  return id;
}

Result<bool> RecordWrites::update(const UpdatePerson& command, PersonId id) {
  const auto person = state_.person(id);
  if (!person) return refused(ProblemCode::not_found);
  auto updated = annals::update(command, *person, state_, context_);
  if (!updated) return std::unexpected(std::move(updated).error());
  return take(*std::move(updated), *person, state_, events_);
}

Result<bool> RecordWrites::update(const UpdateOrganization& command, OrganizationId id) {
  const auto organization = state_.organization(id);
  if (!organization) return refused(ProblemCode::not_found);
  auto updated = annals::update(command, *organization, state_, context_);
  if (!updated) return std::unexpected(std::move(updated).error());
  return take(*std::move(updated), *organization, state_, events_);
}

}  // namespace annals
