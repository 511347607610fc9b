#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"

namespace annals {

/// What a set of roles allows: permission patterns such as `Ibl.CRM/Persons/read`, `Ibl.CRM/Persons/*`, `Ibl.CRM/*` and
/// `Ibl.*`, where a trailing `*` stands for everything behind it.
class Grants {
 public:
  Grants() = default;
  explicit Grants(std::vector<std::string> patterns) : patterns_(std::move(patterns)) {}
  bool allow(std::string_view permission) const;
  const std::vector<std::string>& patterns() const { return patterns_; }
  bool operator==(const Grants&) const = default;

 private:
  std::vector<std::string> patterns_;
};

/// The permission that only Tenant Admins (and superusers) hold: all of them.
inline constexpr std::string_view kTenantAdmin = "Ibl.*";

/// Whom a request's key speaks for.
struct Caller {
  PlatformId platform;  ///< the key's own
  std::string platform_key;
  UserId user;
  std::string username;
  KeyId key;
  bool superuser = false;  ///< of this key, not of the user
  Grants grants;           ///< in the key's own platform; everything for a superuser

  bool is_tenant_admin() const { return superuser || grants.allow(kTenantAdmin); }
};

}  // namespace annals
