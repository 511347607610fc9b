#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "commands/state.hpp"

namespace annals {

/// The state as it is behind the rows of one command that were decided already. Remembers who is an active member,
/// since most rows name the same few owners. Does not own the state below.
class RowsState : public State {
 public:
  explicit RowsState(const State& below) : below_(below) {}

  /// Only that its unique id, or its name, is taken: for rows that nothing looks at again.
  void add(const PersonCreated& created);
  void add(const OrganizationCreated& created);
  /// A record as a row leaves it, for rows that look at it again.
  void put(PersonState now);
  void put(OrganizationState now);

  PlatformId platform() const override { return below_.platform(); }

  std::optional<PersonState> person(PersonId id) const override;
  bool person_exists(PersonId id) const override { return persons_.contains(id) || below_.person_exists(id); }
  std::optional<PersonSubject> person_subject(PersonId id) const override { return below_.person_subject(id); }
  std::optional<MergeState> merge_of(PersonId duplicate) const override { return below_.merge_of(duplicate); }
  std::optional<PersonId> person_with_unique_id(std::string_view unique_id) const override;
  std::vector<PersonState> linkable_persons(std::string_view email) const override {
    return below_.linkable_persons(email);
  }

  std::optional<OrganizationState> organization(OrganizationId id) const override;
  bool organization_exists(OrganizationId id) const override;
  std::optional<OrganizationId> organization_named(std::string_view name) const override;

  std::optional<InvitationState> invitation(InvitationId id) const override { return below_.invitation(id); }
  std::optional<InvitationState> open_invitation(std::string_view email) const override {
    return below_.open_invitation(email);
  }
  std::vector<SentInvitation> invitations_of(PersonId person) const override { return below_.invitations_of(person); }
  std::vector<InvitationState> due_invitations(Timestamp now, std::size_t limit) const override {
    return below_.due_invitations(now, limit);
  }
  InvitationId next_invitation_id() const override { return below_.next_invitation_id(); }

  std::optional<MemberState> member(UserId user) const override { return below_.member(user); }
  bool is_active_member(UserId user, Timestamp now) const override;
  std::optional<ApiKeyState> api_key(KeyId id) const override { return below_.api_key(id); }
  std::optional<ApiKeyState> api_key_named(std::string_view name) const override { return below_.api_key_named(name); }
  KeyId next_key_id() const override { return below_.next_key_id(); }
  std::optional<RoleState> role(RoleId id) const override { return below_.role(id); }
  std::optional<RoleState> role_named(std::string_view name) const override { return below_.role_named(name); }
  RoleId next_role_id() const override { return below_.next_role_id(); }
  bool role_in_use(RoleId id) const override { return below_.role_in_use(id); }
  std::optional<PolicyState> policy(PolicyId id) const override { return below_.policy(id); }
  std::optional<PolicyState> policy_named(std::string_view name) const override { return below_.policy_named(name); }
  PolicyId next_policy_id() const override { return below_.next_policy_id(); }
  std::optional<WebhookState> webhook(WebhookId id) const override { return below_.webhook(id); }
  std::size_t webhook_count() const override { return below_.webhook_count(); }
  WebhookId next_webhook_id() const override { return below_.next_webhook_id(); }
  NotificationsState notifications() const override { return below_.notifications(); }
  SlotId platform_slot() const override { return below_.platform_slot(); }
  const StatesOfKinds<RecordKinds>& kinds() const override { return below_.kinds(); }
  std::optional<AssignmentState> assignment(AssignmentId id) const override { return below_.assignment(id); }
  std::vector<AssignmentState> assignments_of(const TagHost& host) const override {
    return below_.assignments_of(host);
  }
  AssignmentId next_assignment_id() const override { return below_.next_assignment_id(); }

  std::optional<UserState> user(UserId id) const override { return below_.user(id); }
  std::optional<UserId> user_with_username(std::string_view username) const override {
    return below_.user_with_username(username);
  }
  std::optional<UserId> user_with_email(std::string_view email) const override { return below_.user_with_email(email); }
  UserId next_user_id() const override { return below_.next_user_id(); }
  std::optional<PlatformState> registered_platform(PlatformId id) const override {
    return below_.registered_platform(id);
  }
  std::optional<PlatformId> platform_with_key(std::string_view key) const override {
    return below_.platform_with_key(key);
  }
  PlatformId next_platform_id() const override { return below_.next_platform_id(); }

 private:
  const State& below_;
  std::unordered_map<std::string, std::optional<PersonId>> unique_ids_;  ///< nullopt: free again
  std::unordered_map<PersonId, PersonState> persons_;
  std::unordered_map<std::string, std::optional<OrganizationId>> organization_names_;  ///< nullopt: free again
  std::unordered_map<OrganizationId, OrganizationState> organizations_;
  std::unordered_set<OrganizationId> created_organizations_;
  mutable std::map<std::pair<UserId, Timestamp>, bool> active_members_;
};

}  // namespace annals
