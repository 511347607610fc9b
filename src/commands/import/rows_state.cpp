#include "commands/import/rows_state.hpp"

namespace annals {

void RowsState::add(const PersonCreated& created) {
  const auto& unique_id = created.details.data->unique_id;
  if (!unique_id.empty()) unique_ids_.insert_or_assign(unique_id, created.person);
}

void RowsState::put(PersonState now) {
  const auto before = person(now.id);
  const auto& unique_id = now.details.unique_id;
  if (before && before->details.unique_id != unique_id && !before->details.unique_id.empty()) {
    unique_ids_.insert_or_assign(before->details.unique_id, std::nullopt);
  }
  if (!unique_id.empty()) unique_ids_.insert_or_assign(unique_id, now.id);
  const auto id = now.id;
  persons_.insert_or_assign(id, std::move(now));
}

void RowsState::add(const OrganizationCreated& created) {
  created_organizations_.insert(created.organization);
  organization_names_.insert_or_assign(created.details.data->name, created.organization);
}

void RowsState::put(OrganizationState now) {
  const auto before = organization(now.id);
  if (before && before->details.name != now.details.name) {
    organization_names_.insert_or_assign(before->details.name, std::nullopt);
  }
  organization_names_.insert_or_assign(now.details.name, now.id);
  const auto id = now.id;
  organizations_.insert_or_assign(id, std::move(now));
}

std::optional<PersonState> RowsState::person(PersonId id) const {
  const auto found = persons_.find(id);
  return found == persons_.end() ? below_.person(id) : std::optional(found->second);
}

std::optional<PersonId> RowsState::person_with_unique_id(std::string_view unique_id) const {
  const auto found = unique_ids_.find(std::string(unique_id));
  return found == unique_ids_.end() ? below_.person_with_unique_id(unique_id) : found->second;
}

std::optional<OrganizationState> RowsState::organization(OrganizationId id) const {
  const auto found = organizations_.find(id);
  return found == organizations_.end() ? below_.organization(id) : std::optional(found->second);
}

bool RowsState::organization_exists(OrganizationId id) const {
  return created_organizations_.contains(id) || organizations_.contains(id) || below_.organization_exists(id);
}

std::optional<OrganizationId> RowsState::organization_named(std::string_view name) const {
  const auto found = organization_names_.find(std::string(name));
  return found == organization_names_.end() ? below_.organization_named(name) : found->second;
}

bool RowsState::is_active_member(UserId user, Timestamp now) const {
  const std::pair asked{user, now};
  const auto found = active_members_.find(asked);
  return found == active_members_.end()
             ? active_members_.emplace(asked, below_.is_active_member(user, now)).first->second
             : found->second;
}

}  // namespace annals
