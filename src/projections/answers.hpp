#pragma once

#include <optional>
#include <string>
#include <vector>

#include "projections/records.hpp"

/// The JSON of everything but persons and organizations, which keep theirs.
namespace annals {

/// `username` is of the user who redeemed it; nullopt: nobody, or unknown.
std::string invitation_json(const InvitationRecord& invitation, std::string_view platform_key, bool active,
                            const std::optional<std::string>& username);
std::string person_invite_json(const InvitationRecord& invitation, std::string_view platform_key);
std::string user_json(const UserRecord& user);
std::string account_json(const UserRecord& user);  ///< and whether it is active
std::string platform_json(const PlatformRecord& platform);
std::string role_json(const RoleRecord& role, std::string_view platform_key);
std::string policy_json(const PolicyRecord& policy, std::string_view platform_key);
/// The only answer that shows a key's secret; null when that is blank.
std::string issued_api_key_json(const ApiKeyRecord& key, std::string_view username, std::string_view platform_key,
                                std::string_view secret);
std::string listed_api_key_json(const ApiKeyRecord& key, std::string_view username, std::string_view platform_key,
                                std::optional<Timestamp> last_used);
/// `secret`: when it is to be shown; null when that is blank.
std::string webhook_json(const WebhookRecord& webhook, const std::optional<std::string>& secret = std::nullopt);
std::string notifications_json(const NotificationsRow& notifications, std::string_view platform_key);
std::string membership_json(const MemberRow& member, std::string_view platform_key);
/// As the list of members has it, joined with the user and the names of roles.
std::string member_json(const MemberRow& member, const UserDetails& user, bool active,
                        const std::vector<std::string>& roles);
/// Who joined by which invitation, and with what rights.
std::string redemption_json(const InvitationRecord& invitation, const UserRecord& user, const MemberRow& member,
                            std::string_view platform_key);

}  // namespace annals
