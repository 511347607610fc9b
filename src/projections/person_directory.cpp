#include "projections/person_directory.hpp"

#include "projections/record_joins.hpp"
#include "projections/stream_positions.hpp"
#include "projections/view_ids.hpp"

namespace annals {
namespace {

using OpenPerson = Opened<PersonRow, PersonDetails>;

std::string email_key(const Digest128& digest, Ordinal ordinal) {
  return std::string(key_of(digest)) + key_of(ordinal);
}

std::optional<StoredValue> stored_person(const ViewReader& views, PlatformId platform, PersonId id) {
  const auto entry = id_entry(views, platform, view::person_ids, id);
  return entry ? views.get(platform, view::persons, key_of(entry->ordinal)) : std::nullopt;
}

std::optional<OpenPerson> open_person(const ViewReader& views, PlatformId platform, PersonId id) {
  const auto stored = stored_person(views, platform, id);
  if (!stored) return std::nullopt;
  OpenPerson person{unpack<PersonRow>(stored->plain), std::nullopt};
  if (person.row.there() && stored->data) person.details = person_details(*stored->data);
  return person;
}

void put_digests(const Projecting& to, const PersonRow& row, const std::optional<Digest128>& email,
                 const std::optional<Digest128>& unique_id) {
  move_digest(to.views, to.platform, view::person_unique_ids, row.unique_id_digest, unique_id, row.id);
  if (row.email_digest == email) return;
  if (row.email_digest) to.views.erase(to.platform, view::person_emails, email_key(*row.email_digest, row.ordinal));
  if (email) to.views.put(to.platform, view::person_emails, email_key(*email, row.ordinal), pack(row.id));
}

/// The digests under which a person with these details is found.
void find_by_details(const Projecting& to, PersonRow& row, const PersonDetails& details) {
  std::optional<Digest128> email;
  std::optional<Digest128> unique_id;
  if (details.primary_email) email = email_digest(to.digester, to.platform, *details.primary_email);
  if (!details.unique_id.empty()) {
    unique_id = to.digester.short_digest(to.platform, DigestPurpose::person_unique_id, details.unique_id);
  }
  put_digests(to, row, email, unique_id);
  row.email_digest = email;
  row.unique_id_digest = unique_id;
}

void find_no_more(const Projecting& to, PersonRow& row) {
  put_digests(to, row, std::nullopt, std::nullopt);
  row.email_digest.reset();
  row.unique_id_digest.reset();
  to.views.put(to.platform, view::person_ids, key_of(row.id), pack(IdEntry{row.ordinal, false}));
}

void put_tombstone(const Projecting& to, const PersonRow& row) {
  PersonRow tombstone;
  tombstone.ordinal = row.ordinal;
  tombstone.id = row.id;
  tombstone.version = row.version;
  tombstone.slot = row.slot;
  tombstone.deleted = row.deleted;
  tombstone.erased = row.erased;
  tombstone.positions = row.positions;
  to.views.put(to.platform, view::persons, key_of(row.ordinal), pack(tombstone));
}

void put_person(const Projecting& to, OpenPerson& person) {
  auto& row = person.row;
  if (row.deleted) return put_tombstone(to, row);
  if (person.details) {
    to.views.put_sealed(to.platform, view::persons, key_of(row.ordinal), pack(row), row.slot,
                        person_text(to.platform, row, *person.details));
    return;
  }
  find_no_more(to, row);
  row.erased = true;
  row.metadata_keys.clear();
  to.views.put_erased(to.platform, view::persons, key_of(row.ordinal), pack(row), row.slot);
}

/// What every event on an existing person does, whatever else: its stream moves on.
void change_person(const Projecting& to, PersonId id, const RecordedEvent& recorded, auto&& change) {
  auto person = open_person(to.views, to.platform, id);
  if (!person) return;
  person->row.version = recorded.version;
  note_position(to, view::person_positions, person->row.ordinal, person->row.positions);
  if (!person->row.deleted) change(*person);
  put_person(to, *person);
}

void change_details(const Projecting& to, OpenPerson& person, const Sealed<PersonDetailsChange>& change) {
  if (!change.data) person.details.reset();
  if (!person.details) return;
  auto& details = *person.details;
  change_to(details.name, change.data->name);
  change_to(details.primary_email, change.data->primary_email);
  change_to(details.emails, change.data->emails);
  change_to(details.contact_numbers, change.data->contact_numbers);
  change_to(details.job_title, change.data->job_title);
  change_to(details.unique_id, change.data->unique_id);
  change_to(details.metadata, change.data->metadata);
  if (change.data->primary_email || change.data->unique_id) find_by_details(to, person.row, details);
}

}  // namespace

void PersonDirectory::on(const PersonCreated& event, const RecordedEvent& recorded) {
  OpenPerson person;
  auto& row = person.row;
  row.ordinal = next_of(views, platform, view::person_ids, Ordinal{0});
  row.id = event.person;
  row.version = recorded.version;
  row.slot = event.details.slot;
  row.lifecycle_stage = event.lifecycle_stage;
  row.owner = event.owner;
  row.organization = event.organization;
  row.created_at = recorded.recorded_at;
  row.updated_at = recorded.recorded_at;
  row.metadata_keys = event.metadata_keys;
  person.details = event.details.data;
  note_position(*this, view::person_positions, row.ordinal, row.positions);
  views.put(platform, view::person_ids, kNextKey, pack(Ordinal{row.ordinal.value + 1}));
  views.put(platform, view::person_ids, key_of(row.id), pack(IdEntry{row.ordinal, true}));
  if (person.details) find_by_details(*this, row, *person.details);
  put_person(*this, person);
}

void PersonDirectory::on(const PersonUpdated& event, const RecordedEvent& recorded) {
  change_person(*this, event.person, recorded, [&](OpenPerson& person) {
    change_to(person.row.lifecycle_stage, event.lifecycle_stage);
    change_to(person.row.owner, event.owner);
    change_to(person.row.organization, event.organization);
    change_to(person.row.metadata_keys, event.metadata_keys);
    if (event.details) change_details(*this, person, *event.details);
    person.row.updated_at = recorded.recorded_at;
  });
}

void PersonDirectory::on(const PersonDeleted& event, const RecordedEvent& recorded) {
  change_person(*this, event.person, recorded, [&](OpenPerson& person) {
    find_no_more(*this, person.row);
    person.row.deleted = true;
  });
}

void PersonDirectory::on(const PersonLinked& event, const RecordedEvent& recorded) {
  change_person(*this, event.person, recorded, [&](OpenPerson& person) {
    person.row.platform_user = event.user;
    person.row.active = false;
    person.row.updated_at = recorded.recorded_at;
  });
}

void PersonDirectory::on(const PersonMerged& event, const RecordedEvent& recorded) {
  change_person(*this, event.person, recorded, [&](OpenPerson& person) {
    person.row.merged_into = event.into;
    person.row.active = false;
    person.row.updated_at = recorded.recorded_at;
  });
}

void PersonDirectory::on(const PersonAbsorbed& event, const RecordedEvent& recorded) {
  change_person(*this, event.person, recorded, [](OpenPerson&) {});
}

void PersonDirectory::on(const PersonUnmerged& event, const RecordedEvent& recorded) {
  change_person(*this, event.person, recorded, [&](OpenPerson& person) {
    person.row.merged_into.reset();
    person.row.active = event.active;
    person.row.updated_at = recorded.recorded_at;
  });
}

void PersonDirectory::on(const PersonReleased& event, const RecordedEvent& recorded) {
  change_person(*this, event.person, recorded, [](OpenPerson&) {});
}

void PersonDirectory::on(const PersonErased& event, const RecordedEvent& recorded) {
  auto row = read_person_row(views, platform, event.person);
  if (!row) return;
  row->version = recorded.version;
  note_position(*this, view::person_positions, row->ordinal, row->positions);
  row->deleted = true;
  row->erased = true;
  find_no_more(*this, *row);
  put_tombstone(*this, *row);
}

Projection person_directory_projection() {
  return {"PersonDirectory",
          {view::persons, view::person_ids, view::person_unique_ids, view::person_emails, view::person_positions},
          apply_to<PersonDirectory>};
}

std::optional<PersonRow> read_person_row(const ViewReader& views, PlatformId platform, PersonId id) {
  const auto entry = id_entry(views, platform, view::person_ids, id);
  if (!entry) return std::nullopt;
  const auto plain = views.get_plain(platform, view::persons, key_of(entry->ordinal));
  return plain ? std::optional(unpack<PersonRow>(*plain)) : std::nullopt;
}

std::optional<ShownRecord> show_person(StoredValue stored, const PersonRow& row, const RecordJoins& joins) {
  if (!row.there() || !stored.data) return std::nullopt;
  return ShownRecord{sendable_person(std::move(*stored.data), joins), person_etag(row.version, row.organization, joins),
                     row.version};
}

std::optional<ShownRecord> show_person(const ViewReader& views, PlatformId platform, PersonId id) {
  auto stored = stored_person(views, platform, id);
  if (!stored) return std::nullopt;
  const auto row = unpack<PersonRow>(stored->plain);
  return show_person(std::move(*stored), row, person_joins(views, platform, row));
}

std::optional<PersonRecord> read_person(const ViewReader& views, PlatformId platform, PersonId id) {
  auto person = open_person(views, platform, id);
  if (!person || !person->details) return std::nullopt;
  auto& row = person->row;
  if (row.organization && !organization_exists(views, platform, *row.organization)) row.organization.reset();
  return PersonRecord{std::move(row), std::move(*person->details)};
}

bool person_exists(const ViewReader& views, PlatformId platform, PersonId id) {
  const auto entry = id_entry(views, platform, view::person_ids, id);
  return entry && entry->there;
}

std::optional<PersonId> person_with_unique_id(const ViewReader& views, PlatformId platform, const Digester& digester,
                                              std::string_view unique_id) {
  if (unique_id.empty()) return std::nullopt;
  return find_by<PersonId>(views, platform, view::person_unique_ids,
                           digester.short_digest(platform, DigestPurpose::person_unique_id, unique_id));
}

std::vector<PersonRecord> linkable_persons(const ViewReader& views, PlatformId platform, const Digester& digester,
                                           std::string_view email) {
  std::vector<PersonRecord> linkable;
  if (email.empty()) return linkable;
  const auto digest = email_digest(digester, platform, email);
  std::vector<PersonId> with_email;
  for (auto at = views.scan(platform, view::person_emails, key_of(digest)); at->valid(); at->next()) {
    with_email.push_back(unpack<PersonId>(at->plain()));
  }
  for (const auto id : with_email) {
    auto person = read_person(views, platform, id);
    if (person && person->active && !person->platform_user) linkable.push_back(std::move(*person));
  }
  return linkable;
}

}  // namespace annals
