#include "projections/organization_directory.hpp"

#include "projections/record_text.hpp"
#include "projections/stream_positions.hpp"
#include "projections/tag_assignments.hpp"
#include "projections/view_ids.hpp"

namespace annals {
namespace {

using OpenOrganization = Opened<OrganizationRow, OrganizationDetails>;

std::optional<StoredValue> stored_organization(const ViewReader& views, PlatformId platform, OrganizationId id) {
  const auto entry = id_entry(views, platform, view::organization_ids, id);
  return entry ? views.get(platform, view::organizations, key_of(entry->ordinal)) : std::nullopt;
}

std::optional<OpenOrganization> open_organization(const ViewReader& views, PlatformId platform, OrganizationId id) {
  const auto stored = stored_organization(views, platform, id);
  if (!stored) return std::nullopt;
  OpenOrganization organization{unpack<OrganizationRow>(stored->plain), std::nullopt};
  if (organization.row.there() && stored->data) organization.details = organization_details(*stored->data);
  return organization;
}

void find_by_name(const Projecting& to, OrganizationRow& row, const std::string& name) {
  const auto digest = to.digester.short_digest(to.platform, DigestPurpose::organization_name, name);
  move_digest(to.views, to.platform, view::organization_names, row.name_digest, std::optional(digest), row.id);
  row.name_digest = digest;
}

void find_no_more(const Projecting& to, OrganizationRow& row) {
  move_digest(to.views, to.platform, view::organization_names, row.name_digest, {}, row.id);
  row.name_digest.reset();
  to.views.put(to.platform, view::organization_ids, key_of(row.id), pack(IdEntry{row.ordinal, false}));
}

void put_tombstone(const Projecting& to, const OrganizationRow& row) {
  OrganizationRow tombstone;
  tombstone.ordinal = row.ordinal;
  tombstone.id = row.id;
  tombstone.version = row.version;
  tombstone.slot = row.slot;
  tombstone.deleted = true;
  tombstone.positions = row.positions;
  to.views.put(to.platform, view::organizations, key_of(row.ordinal), pack(tombstone));
}

void put_organization(const Projecting& to, OpenOrganization& organization) {
  auto& row = organization.row;
  if (row.deleted) return put_tombstone(to, row);
  if (organization.details) {
    to.views.put_sealed(to.platform, view::organizations, key_of(row.ordinal), pack(row), row.slot,
                        organization_text(to.platform, row, *organization.details));
    return;
  }
  find_no_more(to, row);
  row.erased = true;
  row.metadata_keys.clear();
  to.views.put_erased(to.platform, view::organizations, key_of(row.ordinal), pack(row), row.slot);
}

void change_organization(const Projecting& to, OrganizationId id, const RecordedEvent& recorded, auto&& change) {
  auto organization = open_organization(to.views, to.platform, id);
  if (!organization) return;
  organization->row.version = recorded.version;
  note_position(to, view::organization_positions, organization->row.ordinal, organization->row.positions);
  if (!organization->row.deleted) change(*organization);
  put_organization(to, *organization);
}

void change_details(const Projecting& to, OpenOrganization& organization,
                    const Sealed<OrganizationDetailsChange>& change) {
  if (!change.data) organization.details.reset();
  if (!organization.details) return;
  change_to(organization.details->name, change.data->name);
  change_to(organization.details->address, change.data->address);
  change_to(organization.details->metadata, change.data->metadata);
  if (change.data->name) find_by_name(to, organization.row, organization.details->name);
}

}  // namespace

void OrganizationDirectory::on(const OrganizationCreated& event, const RecordedEvent& recorded) {
  OpenOrganization organization;
  auto& row = organization.row;
  row.ordinal = next_of(views, platform, view::organization_ids, Ordinal{0});
  row.id = event.organization;
  row.version = recorded.version;
  row.slot = event.details.slot;
  row.owner = event.owner;
  row.created_at = recorded.recorded_at;
  row.updated_at = recorded.recorded_at;
  row.metadata_keys = event.metadata_keys;
  organization.details = event.details.data;
  note_position(*this, view::organization_positions, row.ordinal, row.positions);
  views.put(platform, view::organization_ids, kNextKey, pack(Ordinal{row.ordinal.value + 1}));
  views.put(platform, view::organization_ids, key_of(row.id), pack(IdEntry{row.ordinal, true}));
  if (organization.details) find_by_name(*this, row, organization.details->name);
  put_organization(*this, organization);
}

void OrganizationDirectory::on(const OrganizationUpdated& event, const RecordedEvent& recorded) {
  change_organization(*this, event.organization, recorded, [&](OpenOrganization& organization) {
    change_to(organization.row.owner, event.owner);
    change_to(organization.row.metadata_keys, event.metadata_keys);
    if (event.details) change_details(*this, organization, *event.details);
    organization.row.updated_at = recorded.recorded_at;
  });
}

void OrganizationDirectory::on(const OrganizationDeleted& event, const RecordedEvent& recorded) {
  change_organization(*this, event.organization, recorded, [&](OpenOrganization& organization) {
    find_no_more(*this, organization.row);
    organization.row.deleted = true;
  });
}

Projection organization_directory_projection() {
  return {"OrganizationDirectory",
          {view::organizations, view::organization_ids, view::organization_names, view::organization_positions},
          apply_to<OrganizationDirectory>};
}

std::optional<OrganizationRow> read_organization_row(const ViewReader& views, PlatformId platform, OrganizationId id) {
  const auto entry = id_entry(views, platform, view::organization_ids, id);
  if (!entry) return std::nullopt;
  const auto plain = views.get_plain(platform, view::organizations, key_of(entry->ordinal));
  return plain ? std::optional(unpack<OrganizationRow>(*plain)) : std::nullopt;
}

std::optional<ShownRecord> show_organization(StoredValue stored, const OrganizationRow& row, std::string_view tags) {
  if (!row.there() || !stored.data) return std::nullopt;
  return ShownRecord{sendable_organization(std::move(*stored.data), tags), organization_etag(row.version, tags),
                     row.version};
}

std::optional<ShownRecord> show_organization(const ViewReader& views, PlatformId platform, OrganizationId id) {
  auto stored = stored_organization(views, platform, id);
  if (!stored) return std::nullopt;
  const auto row = unpack<OrganizationRow>(stored->plain);
  return show_organization(std::move(*stored), row, tags_json(views, platform, id));
}

std::optional<std::string> organization_name(const ViewReader& views, PlatformId platform, OrganizationId id) {
  const auto entry = id_entry(views, platform, view::organization_ids, id);
  return entry && entry->there ? organization_name(views, platform, entry->ordinal) : std::nullopt;
}

std::optional<std::string> organization_name(const ViewReader& views, PlatformId platform, Ordinal ordinal) {
  const auto stored = views.get(platform, view::organizations, key_of(ordinal));
  if (!stored || !stored->data || !unpack<OrganizationRow>(stored->plain).there()) return std::nullopt;
  return std::string(part(organization_parts(*stored->data), OrganizationPart::name));
}

std::optional<OrganizationRecord> read_organization(const ViewReader& views, PlatformId platform, OrganizationId id) {
  auto organization = open_organization(views, platform, id);
  if (!organization || !organization->details) return std::nullopt;
  return OrganizationRecord{std::move(organization->row), std::move(*organization->details)};
}

bool organization_exists(const ViewReader& views, PlatformId platform, OrganizationId id) {
  const auto entry = id_entry(views, platform, view::organization_ids, id);
  return entry && entry->there;
}

std::optional<OrganizationId> organization_named(const ViewReader& views, PlatformId platform, const Digester& digester,
                                                 std::string_view name) {
  return find_by<OrganizationId>(views, platform, view::organization_names,
                                 digester.short_digest(platform, DigestPurpose::organization_name, name));
}

}  // namespace annals
