#include "projections/person_table.hpp"

#include "projections/projecting.hpp"
#include "projections/record_text.hpp"

namespace annals {
namespace {

std::string email_json(const std::optional<std::string>& email) {
  return email ? quote_json(*email) : "null";
}

std::string id_json(const PersonId& id) {
  return '"' + id.to_string() + '"';
}

}  // namespace

void PersonSets::take(PersonSets&& others) {
  there.take(std::move(others.there));
  for (std::size_t at = 0; at < active.size(); ++at) active[at].take(std::move(others.active[at]));
  for (std::size_t at = 0; at < stages.size(); ++at) stages[at].take(std::move(others.stages[at]));
  owned.take(std::move(others.owned));
  owners.take(std::move(others.owners));
  organizations.take(std::move(others.organizations));
  metadata_keys.take(std::move(others.metadata_keys));
}

/// An attribute to filter by is a set above, a line here and one in matching.cpp.
void PersonTable::each_set(Sets& of, Row row, const KeySets::Set& keys, auto&& with) const {
  with(of.there);
  with(of.active[active[row]]);
  with(of.stages[static_cast<std::size_t>(stage[row])]);
  with(of.owners, owner[row]);
  if (owner[row] != UserId{}) with(of.owned);
  if (organization[row] != 0) with(of.organizations, organization[row]);
  for (const auto& key : keys) with(of.metadata_keys, key);
}

void PersonTable::resize(std::size_t rows) {
  RecordTable::resize(rows);
  active.resize(rows);
  stage.resize(rows);
  organization.resize(rows);
  metadata_keys.resize(rows);
}

void PersonTable::load(const PersonRow& stored, const std::string* text, bool keep_text, Loading& loading) {
  const auto row = stored.ordinal.value;
  ids[row] = stored.id;
  set_version(row, stored.version);
  created_at[row] = stored.created_at;
  if (!stored.there() || text == nullptr) return;
  active[row] = stored.active ? 1 : 0;
  stage[row] = stored.lifecycle_stage;
  owner[row] = stored.owner.value_or(UserId{});
  organization[row] = organizations_.mark_of(stored.organization);
  updated_at[row] = stored.updated_at;
  {
    const std::scoped_lock lock(key_sets_lock_);
    metadata_keys[row] = key_sets.take(stored.metadata_keys);
  }
  each_set(loading.sets, row, stored.metadata_keys, Adding{row});
  const auto user = stored.platform_user ? std::to_string(stored.platform_user->value) : "null";
  const auto into = stored.merged_into ? id_json(*stored.merged_into) : std::string();
  load_texts(row, person_parts(*text, user, into), keep_text, loading);
}

void PersonTable::on(const PersonCreated& event, Timestamp at) {
  const auto row = push_back(event.person, at);
  active.push_back(0);
  stage.push_back(LifecycleStage::lead);
  organization.push_back(0);
  metadata_keys.push_back(KeySets::kEmpty);
  if (!event.details.data) return;
  active[row] = 1;
  stage[row] = event.lifecycle_stage;
  owner[row] = event.owner.value_or(UserId{});
  organization[row] = organizations_.mark_of(event.organization);
  metadata_keys[row] = key_sets.take(event.metadata_keys);
  updated_at[row] = at;
  const auto& details = *event.details.data;
  name_prefix[row] = prefix_of(details.name);
  each_set(sets, row, event.metadata_keys, Adding{row});
  const auto name = quote_json(details.name);
  const auto email = email_json(details.primary_email);
  const auto title = quote_json(details.job_title);
  const auto unique_id = quote_json(details.unique_id);
  put_parts(row, {name, email, details.emails.text, details.contact_numbers.text, title, unique_id,
                  details.metadata.text, "null", ""});
}

void PersonTable::change(Row row, auto&& columns) {
  each_set(sets, row, key_sets.keys(metadata_keys[row]), Removing{row});
  columns();
  each_set(sets, row, key_sets.keys(metadata_keys[row]), Adding{row});
}

void PersonTable::on(const PersonUpdated& event, Timestamp at) {
  const auto found = row_there(event.person);
  if (!found) return;
  const auto row = *found;
  if (event.details && !event.details->data) return hide(row);
  updated_at[row] = at;
  if (event.lifecycle_stage || event.owner || event.organization || event.metadata_keys) {
    change(row, [&] {
      change_to(stage[row], event.lifecycle_stage);
      if (event.owner) owner[row] = event.owner->value_or(UserId{});
      if (event.organization) organization[row] = organizations_.mark_of(*event.organization);
      if (event.metadata_keys) key_sets.drop(std::exchange(metadata_keys[row], key_sets.take(*event.metadata_keys)));
    });
  }
  if (!event.details) return;
  const auto& details = *event.details->data;
  if (details.name) name_prefix[row] = prefix_of(*details.name);
  ChangedParts changed(parts(row));
  changed.text(PersonPart::name, details.name);
  if (details.primary_email) changed.set(PersonPart::primary_email, email_json(*details.primary_email));
  changed.json(PersonPart::emails, details.emails);
  changed.json(PersonPart::contact_numbers, details.contact_numbers);
  changed.text(PersonPart::job_title, details.job_title);
  changed.text(PersonPart::unique_id, details.unique_id);
  changed.json(PersonPart::metadata, details.metadata);
  put_parts(row, changed.parts());
}

void PersonTable::on(const PersonDeleted& event, Timestamp) {
  if (const auto row = row_there(event.person)) hide(*row);
}

void PersonTable::set_active(Row row, bool now, Timestamp at) {
  change(row, [&] { active[row] = now ? 1 : 0; });
  updated_at[row] = at;
}

void PersonTable::change_part(Row row, PersonPart which, std::string json) {
  ChangedParts changed(parts(row));
  changed.set(which, std::move(json));
  put_parts(row, changed.parts());
}

void PersonTable::on(const PersonLinked& event, Timestamp at) {
  const auto row = row_there(event.person);
  if (!row) return;
  set_active(*row, false, at);
  change_part(*row, PersonPart::platform_user, std::to_string(event.user.value));
}

void PersonTable::on(const PersonMerged& event, Timestamp at) {
  const auto row = row_there(event.person);
  if (!row) return;
  set_active(*row, false, at);
  change_part(*row, PersonPart::merged_into, id_json(event.into));
}

void PersonTable::on(const PersonUnmerged& event, Timestamp at) {
  const auto row = row_there(event.person);
  if (!row) return;
  set_active(*row, event.active, at);
  change_part(*row, PersonPart::merged_into, {});
}

void PersonTable::on(const PersonErased& event, Timestamp) {
  if (const auto row = row_there(event.person)) hide(*row);
}

void PersonTable::hide(Row row) {
  each_set(sets, row, key_sets.keys(metadata_keys[row]), Removing{row});
  drop_parts(row);
  active[row] = 0;
  stage[row] = LifecycleStage::lead;
  owner[row] = UserId{};
  organization[row] = 0;
  key_sets.drop(std::exchange(metadata_keys[row], KeySets::kEmpty));
  updated_at[row] = Timestamp{};
  name_prefix[row] = 0;
}

}  // namespace annals
