#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/record/record_state.hpp"
#include "core/ids.hpp"
#include "core/json.hpp"
#include "core/time.hpp"
#include "events/event.hpp"

/// What deciding reads: the records of one platform (and, for users and platforms, of the system platform), as the
/// command before left them.
namespace annals {

struct PersonState {
  PersonId id;
  StreamVersion version;
  SlotId slot;
  LifecycleStage lifecycle_stage = LifecycleStage::lead;
  std::optional<UserId> owner;
  std::optional<OrganizationId> organization;  ///< nullopt too when it has been deleted
  std::optional<UserId> platform_user;
  std::optional<PersonId> merged_into;
  bool active = true;
  PersonDetails details;
};

/// What is known of a person whatever has become of it, as long as no event has erased it.
struct PersonSubject {
  PersonId id;
  StreamVersion version;
  SlotId slot;
};

/// How a person came to be merged away: what PersonMerged said.
struct MergeState {
  PersonId into;
  bool was_active = true;
  std::vector<MovedRecords> relations;
};

struct OrganizationState {
  OrganizationId id;
  StreamVersion version;
  SlotId slot;
  std::optional<UserId> owner;
  OrganizationDetails details;
};

struct InvitationState {
  InvitationId id;
  StreamVersion version;
  std::optional<PersonId> person;
  EventId issued;  ///< the id of its InvitationIssued
  std::string email;
  bool is_admin = false;
  bool is_staff = false;
  bool open = true;  ///< neither revoked, expired nor redeemed by an event
  Timestamp expires_at;
};

struct SentInvitation {
  InvitationId id;
  bool open = true;  ///< as InvitationState has it
  Timestamp expires_at;
};

struct UserState {
  UserId id;
  StreamVersion version;
  bool superuser = false;
  bool active = true;
  UserDetails details;
};

struct MemberState {
  UserId user;
  StreamVersion version;
  SlotId slot;
  bool is_admin = false;
  bool is_staff = false;
  bool active = true;
  std::optional<Timestamp> expires_at;
  std::string email;
};

struct ApiKeyState {
  KeyId id;
  StreamVersion version;
  UserId user;
  std::string name;
  std::vector<RoleId> roles;  ///< empty: all of the user's rights; else narrowed to these
};

struct RoleState {
  RoleId id;
  StreamVersion version;
  bool internal = false;
  RoleDetails details;
};

struct PolicyState {
  PolicyId id;
  StreamVersion version;
  RoleId role;
  std::vector<UserId> users;
  PolicyDetails details;
};

struct WebhookState {
  WebhookId id;
  StreamVersion version;
  bool active = true;
  WebhookDetails details;
};

/// A tag on something, or no more.
struct AssignmentState {
  AssignmentId id;
  StreamVersion version;
  TagId tag;
  TagHost host;          ///< the last that had it
  bool attached = true;  ///< as far as events of its own, and of its host, say
};

struct NotificationsState {
  StreamVersion version;  ///< of the platform's own stream
  std::vector<NotificationKind> on;
};

struct PlatformState {
  PlatformId id;
  PlatformDetails details;
  bool opened = false;  ///< its own log has begun
};

class State {
 public:
  virtual ~State() = default;
  virtual PlatformId platform() const = 0;

  virtual std::optional<PersonState> person(PersonId id) const = 0;
  virtual bool person_exists(PersonId id) const = 0;
  /// Also of a deleted one; nullopt once it is erased.
  virtual std::optional<PersonSubject> person_subject(PersonId id) const = 0;
  virtual std::optional<MergeState> merge_of(PersonId duplicate) const = 0;  ///< the one that still holds
  virtual std::optional<PersonId> person_with_unique_id(std::string_view unique_id) const = 0;
  /// Active, bound to no user, `primary_email` equal but for ASCII case; in creation order.
  virtual std::vector<PersonState> linkable_persons(std::string_view email) const = 0;

  virtual std::optional<OrganizationState> organization(OrganizationId id) const = 0;
  virtual bool organization_exists(OrganizationId id) const = 0;
  virtual std::optional<OrganizationId> organization_named(std::string_view name) const = 0;

  virtual std::optional<InvitationState> invitation(InvitationId id) const = 0;
  /// Open by its events; it may be past its expiry.
  virtual std::optional<InvitationState> open_invitation(std::string_view email) const = 0;
  /// All that were ever sent to the person, in the order of their ids; opens none.
  virtual std::vector<SentInvitation> invitations_of(PersonId person) const = 0;
  /// Open and to be expired at `now`, earliest first.
  virtual std::vector<InvitationState> due_invitations(Timestamp now, std::size_t limit) const = 0;
  virtual InvitationId next_invitation_id() const = 0;

  virtual std::optional<MemberState> member(UserId user) const = 0;
  virtual bool is_active_member(UserId user,
                                Timestamp now) const = 0;  ///< and not deactivated as a user; opens nothing
  virtual std::optional<ApiKeyState> api_key(KeyId id) const = 0;
  virtual std::optional<ApiKeyState> api_key_named(std::string_view name) const = 0;  ///< not revoked
  virtual KeyId next_key_id() const = 0;
  virtual std::optional<RoleState> role(RoleId id) const = 0;
  virtual std::optional<RoleState> role_named(std::string_view name) const = 0;
  virtual RoleId next_role_id() const = 0;
  virtual bool role_in_use(RoleId id) const = 0;  ///< by a policy
  virtual std::optional<PolicyState> policy(PolicyId id) const = 0;
  virtual std::optional<PolicyState> policy_named(std::string_view name) const = 0;
  virtual PolicyId next_policy_id() const = 0;
  virtual std::optional<WebhookState> webhook(WebhookId id) const = 0;
  virtual std::size_t webhook_count() const = 0;
  virtual WebhookId next_webhook_id() const = 0;
  virtual NotificationsState notifications() const = 0;
  virtual SlotId platform_slot() const = 0;  ///< of PlatformOpened
  virtual const StatesOfKinds<RecordKinds>& kinds() const = 0;
  virtual std::optional<AssignmentState> assignment(AssignmentId id) const = 0;
  /// Those that the host has, of tags that are there, by id. A merge may have left several of one tag.
  virtual std::vector<AssignmentState> assignments_of(const TagHost& host) const = 0;
  virtual AssignmentId next_assignment_id() const = 0;

  // Of the system platform, whatever platform this is.
  virtual std::optional<UserState> user(UserId id) const = 0;
  virtual std::optional<UserId> user_with_username(std::string_view username) const = 0;
  virtual std::optional<UserId> user_with_email(std::string_view email) const = 0;
  virtual UserId next_user_id() const = 0;
  virtual std::optional<PlatformState> registered_platform(PlatformId id) const = 0;
  virtual std::optional<PlatformId> platform_with_key(std::string_view key) const = 0;
  virtual PlatformId next_platform_id() const = 0;
};

}  // namespace annals
