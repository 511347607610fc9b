#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/json.hpp"
#include "core/time.hpp"
#include "events/sealed.hpp"

/// Platforms, users, members, keys, roles and policies. Field numbers and type names are on disk and never change.
namespace annals {

struct PlatformDetails {
  std::string key;
  std::string name;
  bool operator==(const PlatformDetails&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "key", self.key);
    field(2, "name", self.name);
  }
};

/// In the system platform's log: the list of platforms.
struct PlatformRegistered {
  static constexpr std::string_view type = "PlatformRegistered";
  static constexpr std::uint16_t schema = 1;
  PlatformId platform;
  Sealed<PlatformDetails> details;  ///< a slot of the system platform
  bool operator==(const PlatformRegistered&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "platform", self.platform);
    field.sealed(2, self.details);
  }
};

/// The first event of every platform's own log, in one commit with its seeded roles. Its slot is the platform's: what
/// belongs to no other subject (names of roles, policies and keys) is sealed under it.
struct PlatformOpened {
  static constexpr std::string_view type = "PlatformOpened";
  static constexpr std::uint16_t schema = 1;
  Sealed<PlatformDetails> details;
  bool operator==(const PlatformOpened&) const = default;
  static constexpr void fields(auto& self, auto&& field) { field.sealed(1, self.details); }
};

/// What a platform may be told about by mail. The numbers are on disk and never change.
enum class NotificationKind : std::uint8_t { person_created = 0, deal_stage_changed = 1, person_linked = 2 };
std::string_view name_of(NotificationKind kind);

/// Which mails the platform sends to its admins and to a record's owner. All are off before the first one.
struct NotificationsChanged {
  static constexpr std::string_view type = "NotificationsChanged";
  static constexpr std::uint16_t schema = 1;
  std::vector<NotificationKind> switched_on;
  std::vector<NotificationKind> switched_off;
  bool operator==(const NotificationsChanged&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "switched_on", self.switched_on);
    field(2, "switched_off", self.switched_off);
  }
};

struct UserDetails {
  std::string username;
  std::string email;  ///< blank: none; matches no person
  std::string name;
  bool operator==(const UserDetails&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "username", self.username);
    field(2, "email", self.email);
    field(3, "name", self.name);
  }
};

/// In the system platform's log.
struct UserCreated {
  static constexpr std::string_view type = "UserCreated";
  static constexpr std::uint16_t schema = 1;
  UserId user;
  bool superuser = false;
  Sealed<UserDetails> details;
  bool operator==(const UserCreated&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "user", self.user);
    field(2, "superuser", self.superuser);
    field.sealed(3, self.details);
  }
};

/// In the system platform's log: from now on every key of theirs is refused, on every platform.
struct UserDeactivated {
  static constexpr std::string_view type = "UserDeactivated";
  static constexpr std::uint16_t schema = 1;
  UserId user;
  bool operator==(const UserDeactivated&) const = default;
  static constexpr void fields(auto& self, auto&& field) { field(1, "user", self.user); }
};

struct UserReactivated {
  static constexpr std::string_view type = "UserReactivated";
  static constexpr std::uint16_t schema = 1;
  UserId user;
  bool operator==(const UserReactivated&) const = default;
  static constexpr void fields(auto& self, auto&& field) { field(1, "user", self.user); }
};

struct MemberDetails {
  std::string email;  ///< a copy of the user's, so that linking reads this platform's log only
  bool operator==(const MemberDetails&) const = default;
  static constexpr void fields(auto& self, auto&& field) { field(1, "email", self.email); }
};

struct MemberAdded {
  static constexpr std::string_view type = "MemberAdded";
  static constexpr std::uint16_t schema = 1;
  UserId user;
  bool is_admin = false;
  bool is_staff = false;
  bool active = true;
  std::optional<Timestamp> expires_at;
  Sealed<MemberDetails> details;  ///< the membership's own slot
  bool operator==(const MemberAdded&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "user", self.user);
    field(2, "is_admin", self.is_admin);
    field(3, "is_staff", self.is_staff);
    field(4, "active", self.active);
    field(5, "expires_at", self.expires_at);
    field.sealed(6, self.details);
  }
};

struct MemberChanged {
  static constexpr std::string_view type = "MemberChanged";
  static constexpr std::uint16_t schema = 1;
  UserId user;
  std::optional<bool> is_admin;
  std::optional<bool> is_staff;
  std::optional<bool> active;
  std::optional<std::optional<Timestamp>> expires_at;
  bool operator==(const MemberChanged&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "user", self.user);
    field(2, "is_admin", self.is_admin);
    field(3, "is_staff", self.is_staff);
    field(4, "active", self.active);
    field(5, "expires_at", self.expires_at);
  }
};

struct ApiKeyDetails {
  std::string name;
  bool operator==(const ApiKeyDetails&) const = default;
  static constexpr void fields(auto& self, auto&& field) { field(1, "name", self.name); }
};

struct ApiKeyIssued {
  static constexpr std::string_view type = "ApiKeyIssued";
  static constexpr std::uint16_t schema = 1;
  KeyId key;
  UserId user;
  Digest secret_sha256{};
  bool superuser = false;  ///< carries its user's superuser power
  std::optional<Timestamp> expires_at;
  std::vector<RoleId> roles;      ///< empty: all of the user's rights; else narrowed to these roles
  Sealed<ApiKeyDetails> details;  ///< the platform's slot
  bool operator==(const ApiKeyIssued&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "key", self.key);
    field(2, "user", self.user);
    field(3, "secret_sha256", self.secret_sha256);
    field(4, "superuser", self.superuser);
    field(5, "expires_at", self.expires_at);
    field(6, "roles", self.roles);
    field.sealed(7, self.details);
  }
};

struct ApiKeyRevoked {
  static constexpr std::string_view type = "ApiKeyRevoked";
  static constexpr std::uint16_t schema = 1;
  KeyId key;
  bool operator==(const ApiKeyRevoked&) const = default;
  static constexpr void fields(auto& self, auto&& field) { field(1, "key", self.key); }
};

struct RoleDetails {
  std::string name;
  std::vector<std::string> actions;  ///< `Ibl.CRM/<Resource>/<verb>`, `*` as last segment
  bool operator==(const RoleDetails&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "name", self.name);
    field(2, "actions", self.actions);
  }
};

struct RoleDetailsChange {
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> actions;
  bool operator==(const RoleDetailsChange&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "name", self.name);
    field(2, "actions", self.actions);
  }
};

struct RoleCreated {
  static constexpr std::string_view type = "RoleCreated";
  static constexpr std::uint16_t schema = 1;
  RoleId role;
  bool internal = false;        ///< seeded: read-only
  Sealed<RoleDetails> details;  ///< the platform's slot
  bool operator==(const RoleCreated&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "role", self.role);
    field(2, "internal", self.internal);
    field.sealed(3, self.details);
  }
};

struct RoleUpdated {
  static constexpr std::string_view type = "RoleUpdated";
  static constexpr std::uint16_t schema = 1;
  RoleId role;
  Sealed<RoleDetailsChange> details;
  bool operator==(const RoleUpdated&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "role", self.role);
    field.sealed(2, self.details);
  }
};

struct RoleDeleted {
  static constexpr std::string_view type = "RoleDeleted";
  static constexpr std::uint16_t schema = 1;
  RoleId role;
  bool operator==(const RoleDeleted&) const = default;
  static constexpr void fields(auto& self, auto&& field) { field(1, "role", self.role); }
};

struct PolicyDetails {
  std::string name;
  JsonText resources{"[]"};  ///< kept, not interpreted
  bool operator==(const PolicyDetails&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "name", self.name);
    field(2, "resources", self.resources);
  }
};

struct PolicyDetailsChange {
  std::optional<std::string> name;
  std::optional<JsonText> resources;
  bool operator==(const PolicyDetailsChange&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "name", self.name);
    field(2, "resources", self.resources);
  }
};

/// Gives its role to its users.
struct PolicyCreated {
  static constexpr std::string_view type = "PolicyCreated";
  static constexpr std::uint16_t schema = 1;
  PolicyId policy;
  RoleId role;
  std::vector<UserId> users;
  Sealed<PolicyDetails> details;  ///< the platform's slot
  bool operator==(const PolicyCreated&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "policy", self.policy);
    field(2, "role", self.role);
    field(3, "users", self.users);
    field.sealed(4, self.details);
  }
};

struct PolicyUpdated {
  static constexpr std::string_view type = "PolicyUpdated";
  static constexpr std::uint16_t schema = 1;
  PolicyId policy;
  std::optional<RoleId> role;
  std::vector<UserId> users_added;
  std::vector<UserId> users_removed;
  std::optional<Sealed<PolicyDetailsChange>> details;
  bool operator==(const PolicyUpdated&) const = default;
  static constexpr void fields(auto& self, auto&& field) {
    field(1, "policy", self.policy);
    field(2, "role", self.role);
    field(3, "users_added", self.users_added);
    field(4, "users_removed", self.users_removed);
    field.sealed(5, self.details);
  }
};

struct PolicyDeleted {
  static constexpr std::string_view type = "PolicyDeleted";
  static constexpr std::uint16_t schema = 1;
  PolicyId policy;
  bool operator==(const PolicyDeleted&) const = default;
  static constexpr void fields(auto& self, auto&& field) { field(1, "policy", self.policy); }
};

}  // namespace annals
