#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/crypto.hpp"
#include "events/commit.hpp"
#include "projections/queries.hpp"
#include "projections/records.hpp"

namespace annals {

/// Who may do what: users, platforms, members, roles, policies and keys, as the views have them. Small beside persons,
/// asked much, so all of it is in memory. Not synchronised by itself.
class AccessTable {
 public:
  /// What the list of members shows of one; shares the user's texts.
  struct Listed {
    MemberRow member;
    std::shared_ptr<const UserDetails> user;
    bool active;  ///< the membership neither ended nor run out, its user not deactivated
    std::vector<std::string> roles;
  };

  void load_server(const ViewReader& views);
  void load_platform(const ViewReader& views, PlatformId platform);
  /// Reads anew what the event changed. `views` hold the event already.
  void on(const Event& event, const ViewReader& views, PlatformId platform);
  /// Whether any event of this kind changes what is here.
  static bool concerns(const Event& event);

  /// Without version and use, which others know.
  std::optional<KnownCaller> caller(const Digest& secret_sha256, Timestamp now) const;
  Grants grants(PlatformId platform, UserId user, Timestamp now) const;
  std::optional<PlatformId> platform_with_key(std::string_view key) const;
  const PlatformRecord* platform(PlatformId id) const;
  std::vector<PlatformRecord> platforms() const;
  std::vector<PlatformRecord> platforms_of(UserId user, Timestamp now) const;  ///< where the user is an active member
  std::shared_ptr<const UserDetails> user(UserId id) const;                    ///< nullptr: unknown
  std::vector<Listed> members(PlatformId platform, Timestamp now) const;       ///< newest first

 private:
  struct Hash {
    std::size_t operator()(const Digest& digest) const;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    using is_transparent = void;
  };
  struct SameDigest {
    bool operator()(const Digest& left, const Digest& right) const {
      return equal_in_constant_time(as_view(left), as_view(right));
    }
  };
  struct User {
    std::shared_ptr<const UserDetails> details;
    bool active = true;
  };
  struct KeyEntry {
    PlatformId platform;
    ApiKeyRow row;
  };
  struct Tenant {
    std::unordered_map<UserId, MemberRow> members;
    std::map<RoleId, RoleDetails> roles;
    std::map<PolicyId, PolicyRow> policies;
    std::unordered_map<UserId, std::vector<PolicyId>> policies_of;
  };

  void refresh(const ViewReader& views, PlatformId platform, UserId member);
  void refresh(const ViewReader& views, PlatformId platform, RoleId role);
  void refresh(const ViewReader& views, PlatformId platform, PolicyId policy);
  void refresh(const ViewReader& views, PlatformId platform, KeyId key);
  void add(UserRecord user);
  void add(PlatformRecord platform);
  static void set_policy(Tenant& tenant, PolicyId id, std::optional<PolicyRow> row);
  static std::vector<RoleId> roles_of(const Tenant& tenant, UserId user);
  /// Sorted, each once.
  static std::vector<std::string> actions_of(const Tenant& tenant, const std::vector<RoleId>& roles);
  static std::vector<std::string> patterns_of(const Tenant& tenant, const MemberRow& member);
  bool is_deactivated(UserId user) const;
  const MemberRow* active_member(PlatformId platform, UserId user, Timestamp now) const;

  std::unordered_map<UserId, User> users_;
  std::map<PlatformId, PlatformRecord> platforms_;
  std::unordered_map<std::string, PlatformId, Hash, std::equal_to<>> platforms_by_key_;
  std::unordered_map<PlatformId, Tenant> tenants_;
  std::unordered_map<Digest, KeyEntry, Hash, SameDigest> keys_;
};

/// What both allow.
std::vector<std::string> common_patterns(const std::vector<std::string>& left, const std::vector<std::string>& right);

}  // namespace annals
