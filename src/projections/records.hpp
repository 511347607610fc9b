#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/sealing.hpp"
#include "core/time.hpp"
#include "events/event.hpp"
#include "projections/queries.hpp"
#include "projections/view_rows.hpp"
#include "storage/byte_store.hpp"

/// The records as the views hold them, for deciding and for answering. Every function works on any reader: an overlay
/// shows what the commands before in the same group did. A person or an organization whose data has been erased reads
/// as not there; any other record is there with its details empty.
namespace annals {

struct PersonRecord : PersonRow {
  PersonDetails details;
};
struct ErasureRecord : ErasureRow {
  std::string reason;  ///< blank: none was given
};
struct OrganizationRecord : OrganizationRow {
  OrganizationDetails details;
};
struct InvitationRecord : InvitationRow {
  std::optional<InvitationDetails> details;  ///< nullopt: erased
};
struct UserRecord : UserRow {
  UserDetails details;
};
struct PlatformRecord : PlatformRow {
  PlatformDetails details;
};
struct MemberRecord : MemberRow {
  MemberDetails details;
};
struct ApiKeyRecord : ApiKeyRow {
  ApiKeyDetails details;
};
struct RoleRecord : RoleRow {
  RoleDetails details;
};
struct PolicyRecord : PolicyRow {
  PolicyDetails details;
};

struct WebhookRecord : WebhookRow {
  WebhookDetails details;
};

/// `organization` is nullopt too when the organization has been deleted.
std::optional<PersonRecord> read_person(const ViewReader& views, PlatformId platform, PersonId id);
/// The row as it stands, also of a deleted person. Opens nothing.
std::optional<PersonRow> read_person_row(const ViewReader& views, PlatformId platform, PersonId id);
/// How a person was merged away; nullopt when it is not.
std::optional<MergeRow> read_merge(const ViewReader& views, PlatformId platform, PersonId duplicate);
bool person_exists(const ViewReader& views, PlatformId platform, PersonId id);
std::optional<PersonId> person_with_unique_id(const ViewReader& views, PlatformId platform, const Digester& digester,
                                              std::string_view unique_id);
/// Active, bound to no user, primary email equal but for ASCII case; in creation order.
std::vector<PersonRecord> linkable_persons(const ViewReader& views, PlatformId platform, const Digester& digester,
                                           std::string_view email);

std::optional<ErasureRecord> read_erasure(const ViewReader& views, PlatformId platform, PersonId person);
/// Of this platform, in the order of their positions.
std::vector<ErasureRow> erasures(const ViewReader& views, PlatformId platform);

std::optional<OrganizationRecord> read_organization(const ViewReader& views, PlatformId platform, OrganizationId id);
bool organization_exists(const ViewReader& views, PlatformId platform, OrganizationId id);
std::optional<OrganizationId> organization_named(const ViewReader& views, PlatformId platform, const Digester& digester,
                                                 std::string_view name);

std::optional<InvitationRecord> read_invitation(const ViewReader& views, PlatformId platform, InvitationId id);
/// Open by its events; it may be past its expiry.
std::optional<InvitationRecord> open_invitation(const ViewReader& views, PlatformId platform, const Digester& digester,
                                                std::string_view email);
/// All that were ever sent to the person, by id. Opens nothing.
std::vector<InvitationRow> invitations_of(const ViewReader& views, PlatformId platform, PersonId person);
/// Open and expiring at or before `now`, earliest first.
std::vector<InvitationRecord> due_invitations(const ViewReader& views, PlatformId platform, Timestamp now,
                                              std::size_t limit);
/// Open and not expired at `now`, the newest first. Opens nothing.
std::vector<InvitationId> redeemable_invitations(const ViewReader& views, PlatformId platform, Timestamp now);
InvitationId next_invitation_id(const ViewReader& views, PlatformId platform);

std::optional<MemberRecord> read_member(const ViewReader& views, PlatformId platform, UserId user);

/// Revoked ones too.
std::optional<ApiKeyRecord> read_api_key(const ViewReader& views, PlatformId platform, KeyId id);
/// Not revoked.
std::optional<ApiKeyRecord> api_key_named(const ViewReader& views, PlatformId platform, const Digester& digester,
                                          std::string_view name);
KeyId next_key_id(const ViewReader& views, PlatformId platform);

std::optional<RoleRecord> read_role(const ViewReader& views, PlatformId platform, RoleId id);
std::optional<RoleRecord> role_named(const ViewReader& views, PlatformId platform, const Digester& digester,
                                     std::string_view name);
bool role_in_use(const ViewReader& views, PlatformId platform, RoleId id);
RoleId next_role_id(const ViewReader& views, PlatformId platform);

std::optional<PolicyRecord> read_policy(const ViewReader& views, PlatformId platform, PolicyId id);
std::optional<PolicyRecord> policy_named(const ViewReader& views, PlatformId platform, const Digester& digester,
                                         std::string_view name);
PolicyId next_policy_id(const ViewReader& views, PlatformId platform);

std::optional<WebhookRecord> read_webhook(const ViewReader& views, PlatformId platform, WebhookId id);
std::size_t webhook_count(const ViewReader& views, PlatformId platform);
WebhookId next_webhook_id(const ViewReader& views, PlatformId platform);

/// What the platform's own log says of it; nullopt before PlatformOpened.
std::optional<PlatformRecord> read_own_platform(const ViewReader& views, PlatformId platform);
/// With the version of the platform's own stream, also when nothing was ever switched.
NotificationsRow read_notifications(const ViewReader& views, PlatformId platform);

// Of the system platform.
std::optional<UserRecord> read_user(const ViewReader& views, UserId id);
/// Opens nothing.
std::optional<UserRow> read_user_row(const ViewReader& views, UserId id);
std::optional<UserId> user_with_username(const ViewReader& views, const Digester& digester, std::string_view username);
std::optional<UserId> user_with_email(const ViewReader& views, const Digester& digester, std::string_view email);
UserId next_user_id(const ViewReader& views);
std::optional<PlatformRecord> read_registered_platform(const ViewReader& views, PlatformId id);
std::optional<PlatformId> platform_with_key(const ViewReader& views, const Digester& digester, std::string_view key);
PlatformId next_platform_id(const ViewReader& views);

/// The version that the stream of this event has reached, also of a deleted record; 0: no such stream yet. Opens
/// nothing.
StreamVersion stream_version(const ViewReader& views, PlatformId platform, const Event& event);
/// Of the last commit that the views hold; the epoch when there is none.
Timestamp last_recorded_at(const ViewReader& views, PlatformId platform);
/// nullopt when there is none, when it is older than 24 hours at `now`, and when its data has been erased.
std::optional<Queries::KeptAnswer> read_kept_answer(const ViewReader& views, PlatformId platform, const Digest& key,
                                                    Timestamp now);

}  // namespace annals
