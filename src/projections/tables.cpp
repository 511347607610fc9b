#include "projections/tables.hpp"

#include <stdexcept>

namespace annals {
namespace {

/// Rows stand where their ordinal says, so one that is missing would move all behind it.
void require_dense(Ordinal ordinal, std::size_t size) {
  if (ordinal.value != size) throw std::runtime_error("the views miss ordinal " + std::to_string(size));
}

template <class T>
void change_to(T& value, const std::optional<T>& change) {
  if (change) value = *change;
}

}  // namespace

OrganizationMark OrganizationTable::mark_of(const std::optional<OrganizationId>& id) const {
  const auto ordinal = id ? find(*id) : std::nullopt;
  return ordinal ? ordinal->value + 1 : 0;
}

void OrganizationTable::load(const OrganizationRow& row) {
  require_dense(row.ordinal, ids.size());
  ids.push_back(row.id);
  there.push_back(row.there() ? 1 : 0);
  owner.push_back(row.owner.value_or(UserId{}));
  created_at.push_back(row.created_at);
  updated_at.push_back(row.updated_at);
}

void OrganizationTable::on(const OrganizationCreated& event, Timestamp at) {
  ids.push_back(event.organization);
  there.push_back(event.details.data ? 1 : 0);
  owner.push_back(event.owner.value_or(UserId{}));
  created_at.push_back(at);
  updated_at.push_back(at);
  index_.added(ids);
}

void OrganizationTable::on(const OrganizationUpdated& event, Timestamp at) {
  const auto row = find(event.organization);
  if (!row) return;
  if (event.owner) owner[row->value] = event.owner->value_or(UserId{});
  if (event.details && !event.details->data) there[row->value] = 0;
  updated_at[row->value] = at;
}

void OrganizationTable::on(const OrganizationDeleted& event, Timestamp) {
  if (const auto row = find(event.organization)) there[row->value] = 0;
}

void PersonTable::add(const PersonId& id, const KeySets::Set& keys) {
  ids.push_back(id);
  metadata_keys.push_back(key_sets.take(keys));
}

void PersonTable::load(const PersonRow& row) {
  require_dense(row.ordinal, ids.size());
  add(row.id, row.metadata_keys);
  there.push_back(row.there() ? 1 : 0);
  active.push_back(row.active ? 1 : 0);
  stage.push_back(row.lifecycle_stage);
  owner.push_back(row.owner.value_or(UserId{}));
  organization.push_back(organizations_.mark_of(row.organization));
  created_at.push_back(row.created_at);
  updated_at.push_back(row.updated_at);
}

void PersonTable::on(const PersonCreated& event, Timestamp at) {
  add(event.person, event.metadata_keys);
  there.push_back(1);
  active.push_back(1);
  stage.push_back(event.lifecycle_stage);
  owner.push_back(event.owner.value_or(UserId{}));
  organization.push_back(organizations_.mark_of(event.organization));
  created_at.push_back(at);
  updated_at.push_back(at);
  index_.added(ids);
  if (!event.details.data) hide(ids.size() - 1);
}

void PersonTable::on(const PersonUpdated& event, Timestamp at) {
  const auto found = find(event.person);
  if (!found || there[found->value] == 0) return;
  const auto row = found->value;
  change_to(stage[row], event.lifecycle_stage);
  if (event.owner) owner[row] = event.owner->value_or(UserId{});
  if (event.organization) organization[row] = organizations_.mark_of(*event.organization);
  if (event.metadata_keys) change_keys(row, *event.metadata_keys);
  updated_at[row] = at;
  if (event.details && !event.details->data) hide(row);
}

void PersonTable::on(const PersonDeleted& event, Timestamp) {
  if (const auto row = find(event.person)) hide(row->value);
}

void PersonTable::on(const PersonLinked& event, Timestamp at) {
  const auto row = find(event.person);
  if (!row) return;
  active[row->value] = 0;
  updated_at[row->value] = at;
}

void PersonTable::on(const PersonMerged& event, Timestamp at) {
  const auto row = find(event.person);
  if (!row) return;
  active[row->value] = 0;
  updated_at[row->value] = at;
}

void PersonTable::on(const PersonUnmerged& event, Timestamp at) {
  const auto row = find(event.person);
  if (!row) return;
  active[row->value] = event.active ? 1 : 0;
  updated_at[row->value] = at;
}

void PersonTable::on(const PersonErased& event, Timestamp) {
  if (const auto row = find(event.person)) hide(row->value);
}

void PersonTable::hide(std::size_t row) {
  there[row] = 0;
  change_keys(row, {});
}

void PersonTable::change_keys(std::size_t row, const KeySets::Set& keys) {
  const auto before = metadata_keys[row];
  metadata_keys[row] = key_sets.take(keys);
  key_sets.drop(before);
}

InvitationTable::Row& InvitationTable::row_of(InvitationId id) {
  if (rows.size() < id.value) rows.resize(id.value);
  return rows[id.value - 1];
}

void InvitationTable::load(const InvitationRow& row) {
  row_of(row.id) = Row{true, row.open, row.expires_at, row.email_digest};
  if (row.open) ++open;
}

void InvitationTable::issued(InvitationId id, Timestamp expires_at, const std::optional<Digest128>& email_digest) {
  row_of(id) = Row{true, true, expires_at, email_digest};
  ++open;
}

void InvitationTable::closed(InvitationId id) {
  auto& row = row_of(id);
  if (row.open) --open;
  row.open = false;
}

}  // namespace annals
