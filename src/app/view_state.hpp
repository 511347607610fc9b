#pragma once

#include "app/kinds_view_state.hpp"
#include "commands/state.hpp"
#include "core/sealing.hpp"
#include "storage/byte_store.hpp"

namespace annals {

/// What deciding reads, from the views as a reader shows them: over an overlay, as the command before left them.
class ViewState : public State {
 public:
  /// Does not own its arguments.
  ViewState(const ViewReader& views, PlatformId platform, const Digester& digester)
      : views_(views), platform_(platform), digester_(digester), kinds_({views, platform, digester}) {}

  PlatformId platform() const override { return platform_; }

  std::optional<PersonState> person(PersonId id) const override;
  bool person_exists(PersonId id) const override;
  std::optional<PersonSubject> person_subject(PersonId id) const override;
  std::optional<MergeState> merge_of(PersonId duplicate) const override;
  std::optional<PersonId> person_with_unique_id(std::string_view unique_id) const override;
  std::vector<PersonState> linkable_persons(std::string_view email) const override;

  std::optional<OrganizationState> organization(OrganizationId id) const override;
  bool organization_exists(OrganizationId id) const override;
  std::optional<OrganizationId> organization_named(std::string_view name) const override;

  std::optional<InvitationState> invitation(InvitationId id) const override;
  std::optional<InvitationState> open_invitation(std::string_view email) const override;
  std::vector<SentInvitation> invitations_of(PersonId person) const override;
  std::vector<InvitationState> due_invitations(Timestamp now, std::size_t limit) const override;
  InvitationId next_invitation_id() const override;

  std::optional<MemberState> member(UserId user) const override;
  bool is_active_member(UserId user, Timestamp now) const override;
  std::optional<ApiKeyState> api_key(KeyId id) const override;
  std::optional<ApiKeyState> api_key_named(std::string_view name) const override;
  KeyId next_key_id() const override;
  std::optional<RoleState> role(RoleId id) const override;
  std::optional<RoleState> role_named(std::string_view name) const override;
  RoleId next_role_id() const override;
  bool role_in_use(RoleId id) const override;
  std::optional<PolicyState> policy(PolicyId id) const override;
  std::optional<PolicyState> policy_named(std::string_view name) const override;
  PolicyId next_policy_id() const override;
  std::optional<WebhookState> webhook(WebhookId id) const override;
  std::size_t webhook_count() const override;
  WebhookId next_webhook_id() const override;
  NotificationsState notifications() const override;
  SlotId platform_slot() const override;
  const StatesOfKinds<RecordKinds>& kinds() const override { return kinds_; }
  std::optional<AssignmentState> assignment(AssignmentId id) const override;
  std::vector<AssignmentState> assignments_of(const TagHost& host) const override;
  AssignmentId next_assignment_id() const override;

  std::optional<UserState> user(UserId id) const override;
  std::optional<UserId> user_with_username(std::string_view username) const override;
  std::optional<UserId> user_with_email(std::string_view email) const override;
  UserId next_user_id() const override;
  std::optional<PlatformState> registered_platform(PlatformId id) const override;
  std::optional<PlatformId> platform_with_key(std::string_view key) const override;
  PlatformId next_platform_id() const override;

 private:
  const ViewReader& views_;
  PlatformId platform_;
  const Digester& digester_;
  const KindsViewState<RecordKinds> kinds_;
};

}  // namespace annals
