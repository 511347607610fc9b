#include "commands/import/rows_state.hpp"

namespace annals {

void RowsState::add(const PersonCreated& created) {
  const auto& unique_id = created.details.data->unique_id;
  if (!unique_id.empty()) unique_ids_.emplace(unique_id, created.person);
}

void RowsState::add(const OrganizationCreated& created) {
  organizations_.insert(created.organization);
  organization_names_.emplace(created.details.data->name, created.organization);
}

std::optional<PersonId> RowsState::person_with_unique_id(std::string_view unique_id) const {
  const auto found = unique_ids_.find(std::string(unique_id));
  return found == unique_ids_.end() ? below_.person_with_unique_id(unique_id) : std::optional(found->second);
}

bool RowsState::organization_exists(OrganizationId id) const {
  return organizations_.contains(id) || below_.organization_exists(id);
}

std::optional<OrganizationId> RowsState::organization_named(std::string_view name) const {
  const auto found = organization_names_.find(std::string(name));
  return found == organization_names_.end() ? below_.organization_named(name) : std::optional(found->second);
}

std::optional<MemberState> RowsState::member(UserId user) const {
  const auto found = members_.find(user);
  return found == members_.end() ? members_.emplace(user, below_.member(user)).first->second : found->second;
}

}  // namespace annals
