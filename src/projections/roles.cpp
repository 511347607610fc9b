#include "projections/roles.hpp"

#include "projections/view_ids.hpp"

namespace annals {
namespace {

using OpenRole = Opened<RoleRow, RoleDetails>;

/// Moves the key of the name along with the record, and puts the record.
void put_role(const Projecting& to, OpenRole& role) {
  std::optional<Digest128> name;
  if (role.details) name = to.digester.short_digest(to.platform, DigestPurpose::role_name, role.details->name);
  move_digest(to.views, to.platform, view::role_names, role.row.name_digest, name, role.row.id);
  role.row.name_digest = name;
  put_record(to, view::roles, key_of(role.row.id), role.row, role.details);
}

RoleRecord role_record(OpenRole role) {
  return {role.row, std::move(role.details).value_or(RoleDetails{})};
}

}  // namespace

void Roles::on(const RoleCreated& event, const RecordedEvent& recorded) {
  OpenRole role{{event.role, recorded.version, event.details.slot, event.internal, false, {}}, event.details.data};
  put_role(*this, role);
  count_used(views, platform, view::roles, event.role);
}

void Roles::on(const RoleUpdated& event, const RecordedEvent& recorded) {
  auto role = open_record<RoleRow, RoleDetails>(views, platform, view::roles, key_of(event.role));
  if (!role || role->row.deleted) return;
  role->row.version = recorded.version;
  if (!event.details.data) role->details.reset();
  if (role->details) {
    change_to(role->details->name, event.details.data->name);
    change_to(role->details->actions, event.details.data->actions);
  }
  put_role(*this, *role);
}

void Roles::on(const RoleDeleted& event, const RecordedEvent& recorded) {
  auto role = open_record<RoleRow, RoleDetails>(views, platform, view::roles, key_of(event.role));
  if (!role) return;
  move_digest(views, platform, view::role_names, role->row.name_digest, {}, event.role);
  role->row.name_digest.reset();
  role->row.version = recorded.version;
  role->row.deleted = true;
  views.put(platform, view::roles, key_of(event.role), pack(role->row));
}

Projection roles_projection() {
  return {"Roles", {view::roles, view::role_names}, apply_to<Roles>};
}

std::vector<RoleRecord> all_roles(const ViewReader& views, PlatformId platform) {
  std::vector<RoleRecord> found;
  for (auto at = views.scan(platform, view::roles, {}); at->valid(); at->next()) {
    if (at->key() == kNextKey) continue;
    auto role = role_record(opened<RoleRow, RoleDetails>(at->value()));
    if (!role.deleted) found.push_back(std::move(role));
  }
  return found;
}

std::optional<RoleRecord> read_role(const ViewReader& views, PlatformId platform, RoleId id) {
  auto role = open_record<RoleRow, RoleDetails>(views, platform, view::roles, key_of(id));
  if (!role || role->row.deleted) return std::nullopt;
  return role_record(std::move(*role));
}

std::optional<RoleRecord> role_named(const ViewReader& views, PlatformId platform, const Digester& digester,
                                     std::string_view name) {
  const auto id = find_by<RoleId>(views, platform, view::role_names,
                                  digester.short_digest(platform, DigestPurpose::role_name, name));
  return id ? read_role(views, platform, *id) : std::nullopt;
}

RoleId next_role_id(const ViewReader& views, PlatformId platform) {
  return next_of(views, platform, view::roles, RoleId{1});
}

}  // namespace annals
