#include "app/view_state.hpp"

#include <stdexcept>
#include <utility>

#include "projections/erasures.hpp"
#include "projections/members.hpp"
#include "projections/records.hpp"
#include "projections/tag_assignments.hpp"

namespace annals {
namespace {

PersonState state_of(PersonRecord record) {
  return {.id = record.id,
          .version = record.version,
          .slot = record.slot,
          .lifecycle_stage = record.lifecycle_stage,
          .owner = record.owner,
          .organization = record.organization,
          .platform_user = record.platform_user,
          .merged_into = record.merged_into,
          .active = record.active,
          .details = std::move(record.details)};
}

OrganizationState state_of(OrganizationRecord record) {
  return {.id = record.id,
          .version = record.version,
          .slot = record.slot,
          .owner = record.owner,
          .details = std::move(record.details)};
}

InvitationState state_of(InvitationRecord record) {
  return {.id = record.id,
          .version = record.version,
          .person = record.person,
          .issued = record.issued,
          .email = record.details ? std::move(record.details->email) : std::string(),
          .is_admin = record.is_admin,
          .is_staff = record.is_staff,
          .open = record.open,
          .expires_at = record.expires_at};
}

MemberState state_of(MemberRecord record) {
  return {.user = record.user,
          .version = record.version,
          .slot = record.slot,
          .is_admin = record.is_admin,
          .is_staff = record.is_staff,
          .active = record.active,
          .expires_at = record.expires_at,
          .email = std::move(record.details.email)};
}

ApiKeyState state_of(ApiKeyRecord record) {
  return {.id = record.id,
          .version = record.version,
          .user = record.user,
          .name = std::move(record.details.name),
          .roles = std::move(record.roles)};
}

RoleState state_of(RoleRecord record) {
  return {
      .id = record.id, .version = record.version, .internal = record.internal, .details = std::move(record.details)};
}

PolicyState state_of(PolicyRecord record) {
  return {.id = record.id,
          .version = record.version,
          .role = record.role,
          .users = std::move(record.users),
          .details = std::move(record.details)};
}

WebhookState state_of(WebhookRecord record) {
  return {.id = record.id, .version = record.version, .active = record.active, .details = std::move(record.details)};
}

AssignmentState state_of(const AssignmentRow& row) {
  return {.id = row.id, .version = row.version, .tag = row.tag, .host = row.host(), .attached = row.attached};
}

UserState state_of(UserRecord record) {
  return {.id = record.id,
          .version = record.version,
          .superuser = record.superuser,
          .active = record.active,
          .details = std::move(record.details)};
}

auto state_of(auto record) -> std::optional<decltype(state_of(*std::move(record)))> {
  if (!record) return std::nullopt;
  return state_of(*std::move(record));
}

template <class Each, class Record>
std::vector<Each> states_of(std::vector<Record> records) {
  std::vector<Each> states;
  states.reserve(records.size());
  for (auto& record : records) states.push_back(state_of(std::move(record)));
  return states;
}

}  // namespace

std::optional<PersonState> ViewState::person(PersonId id) const {
  return state_of(read_person(views_, platform_, id));
}
bool ViewState::person_exists(PersonId id) const {
  return annals::person_exists(views_, platform_, id);
}
std::optional<PersonSubject> ViewState::person_subject(PersonId id) const {
  const auto row = read_person_row(views_, platform_, id);
  if (!row || has_erasure(views_, platform_, id)) return std::nullopt;
  return PersonSubject{row->id, row->version, row->slot};
}
std::optional<MergeState> ViewState::merge_of(PersonId duplicate) const {
  auto row = read_merge(views_, platform_, duplicate);
  if (!row) return std::nullopt;
  return MergeState{row->into, row->was_active, std::move(row->relations)};
}
std::optional<PersonId> ViewState::person_with_unique_id(std::string_view unique_id) const {
  return annals::person_with_unique_id(views_, platform_, digester_, unique_id);
}
std::vector<PersonState> ViewState::linkable_persons(std::string_view email) const {
  return states_of<PersonState>(annals::linkable_persons(views_, platform_, digester_, email));
}

std::optional<OrganizationState> ViewState::organization(OrganizationId id) const {
  return state_of(read_organization(views_, platform_, id));
}
bool ViewState::organization_exists(OrganizationId id) const {
  return annals::organization_exists(views_, platform_, id);
}
std::optional<OrganizationId> ViewState::organization_named(std::string_view name) const {
  return annals::organization_named(views_, platform_, digester_, name);
}

std::optional<InvitationState> ViewState::invitation(InvitationId id) const {
  return state_of(read_invitation(views_, platform_, id));
}
std::optional<InvitationState> ViewState::open_invitation(std::string_view email) const {
  return state_of(annals::open_invitation(views_, platform_, digester_, email));
}
std::vector<SentInvitation> ViewState::invitations_of(PersonId person) const {
  std::vector<SentInvitation> sent;
  for (const auto& row : annals::invitations_of(views_, platform_, person)) {
    sent.push_back({row.id, row.open, row.expires_at});
  }
  return sent;
}
std::vector<InvitationState> ViewState::due_invitations(Timestamp now, std::size_t limit) const {
  return states_of<InvitationState>(annals::due_invitations(views_, platform_, now, limit));
}
InvitationId ViewState::next_invitation_id() const {
  return annals::next_invitation_id(views_, platform_);
}

std::optional<MemberState> ViewState::member(UserId user) const {
  return state_of(read_member(views_, platform_, user));
}
bool ViewState::is_active_member(UserId user, Timestamp now) const {
  const auto member = read_member_row(views_, platform_, user);
  if (!member || !member->active_at(now)) return false;
  const auto row = read_user_row(views_, user);
  return !row || row->active;
}
std::optional<ApiKeyState> ViewState::api_key(KeyId id) const {
  auto record = read_api_key(views_, platform_, id);
  if (record && record->revoked) return std::nullopt;
  return state_of(std::move(record));
}
std::optional<ApiKeyState> ViewState::api_key_named(std::string_view name) const {
  return state_of(annals::api_key_named(views_, platform_, digester_, name));
}
KeyId ViewState::next_key_id() const {
  return annals::next_key_id(views_, platform_);
}

std::optional<RoleState> ViewState::role(RoleId id) const {
  return state_of(read_role(views_, platform_, id));
}
std::optional<RoleState> ViewState::role_named(std::string_view name) const {
  return state_of(annals::role_named(views_, platform_, digester_, name));
}
RoleId ViewState::next_role_id() const {
  return annals::next_role_id(views_, platform_);
}
bool ViewState::role_in_use(RoleId id) const {
  return annals::role_in_use(views_, platform_, id);
}

std::optional<PolicyState> ViewState::policy(PolicyId id) const {
  return state_of(read_policy(views_, platform_, id));
}
std::optional<PolicyState> ViewState::policy_named(std::string_view name) const {
  return state_of(annals::policy_named(views_, platform_, digester_, name));
}
PolicyId ViewState::next_policy_id() const {
  return annals::next_policy_id(views_, platform_);
}

std::optional<WebhookState> ViewState::webhook(WebhookId id) const {
  return state_of(read_webhook(views_, platform_, id));
}
std::size_t ViewState::webhook_count() const {
  return annals::webhook_count(views_, platform_);
}
WebhookId ViewState::next_webhook_id() const {
  return annals::next_webhook_id(views_, platform_);
}
NotificationsState ViewState::notifications() const {
  const auto row = read_notifications(views_, platform_);
  NotificationsState state{row.version, {}};
  for (const auto& it : row.on) state.on.push_back(it.kind);
  return state;
}

std::optional<AssignmentState> ViewState::assignment(AssignmentId id) const {
  return state_of(read_assignment(views_, platform_, id));
}
std::vector<AssignmentState> ViewState::assignments_of(const TagHost& host) const {
  std::vector<AssignmentState> states;
  for (const auto& held : annals::assignments_of(views_, platform_, host)) {
    states.push_back(*assignment(held.assignment));
  }
  return states;
}
AssignmentId ViewState::next_assignment_id() const {
  return annals::next_assignment_id(views_, platform_);
}

SlotId ViewState::platform_slot() const {
  const auto own = read_own_platform(views_, platform_);
  if (!own) throw std::logic_error("the slot of a platform that has not been opened");
  return own->slot;
}

std::optional<UserState> ViewState::user(UserId id) const {
  return state_of(read_user(views_, id));
}
std::optional<UserId> ViewState::user_with_username(std::string_view username) const {
  return annals::user_with_username(views_, digester_, username);
}
std::optional<UserId> ViewState::user_with_email(std::string_view email) const {
  return annals::user_with_email(views_, digester_, email);
}
UserId ViewState::next_user_id() const {
  return annals::next_user_id(views_);
}

std::optional<PlatformState> ViewState::registered_platform(PlatformId id) const {
  auto record = read_registered_platform(views_, id);
  if (!record) return std::nullopt;
  return PlatformState{
      .id = record->id, .details = std::move(record->details), .opened = read_own_platform(views_, id).has_value()};
}
std::optional<PlatformId> ViewState::platform_with_key(std::string_view key) const {
  return annals::platform_with_key(views_, digester_, key);
}
PlatformId ViewState::next_platform_id() const {
  return annals::next_platform_id(views_);
}

}  // namespace annals
