#include "projections/access_table.hpp"

#include <algorithm>
#include <cstring>
#include <set>

#include "projections/api_keys.hpp"
#include "projections/members.hpp"
#include "projections/platforms.hpp"
#include "projections/policies.hpp"
#include "projections/roles.hpp"
#include "projections/users.hpp"

namespace annals {
namespace {

constexpr std::string_view kTenantAdminRole = "Tenant Admin";

using AccessEvents =
    EventSet<PlatformRegistered, UserCreated, UserDeactivated, UserReactivated, MemberAdded, MemberChanged, RoleCreated,
             RoleUpdated, RoleDeleted, PolicyCreated, PolicyUpdated, PolicyDeleted, ApiKeyIssued, ApiKeyRevoked>;

UserId subject_of(const MemberAdded& event) {
  return event.user;
}
UserId subject_of(const MemberChanged& event) {
  return event.user;
}
RoleId subject_of(const RoleCreated& event) {
  return event.role;
}
RoleId subject_of(const RoleUpdated& event) {
  return event.role;
}
RoleId subject_of(const RoleDeleted& event) {
  return event.role;
}
PolicyId subject_of(const PolicyCreated& event) {
  return event.policy;
}
PolicyId subject_of(const PolicyUpdated& event) {
  return event.policy;
}
PolicyId subject_of(const PolicyDeleted& event) {
  return event.policy;
}
KeyId subject_of(const ApiKeyIssued& event) {
  return event.key;
}
KeyId subject_of(const ApiKeyRevoked& event) {
  return event.key;
}

/// Whether everything that `narrow` allows is allowed by `wide`.
bool covers(std::string_view wide, std::string_view narrow) {
  if (!wide.ends_with('*')) return wide == narrow;
  return narrow.starts_with(wide.substr(0, wide.size() - 1));
}

bool covered(const std::vector<std::string>& by, std::string_view pattern) {
  return std::any_of(by.begin(), by.end(), [&](const std::string& wide) { return covers(wide, pattern); });
}

void sort_once_each(std::vector<std::string>& texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
}

}  // namespace

std::vector<std::string> common_patterns(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  std::vector<std::string> common;
  const auto take = [&](const std::vector<std::string>& from, const std::vector<std::string>& other) {
    std::copy_if(from.begin(), from.end(), std::back_inserter(common),
                 [&](const std::string& pattern) { return covered(other, pattern); });
  };
  take(left, right);
  take(right, left);
  sort_once_each(common);
  return common;
}

std::size_t AccessTable::Hash::operator()(const Digest& digest) const {
  std::size_t first;
  std::memcpy(&first, digest.data(), sizeof(first));
  return first;
}

void AccessTable::load_server(const ViewReader& views) {
  for (auto& user : all_users(views)) add(std::move(user));
  for (auto& platform : registered_platforms(views)) add(std::move(platform));
}

void AccessTable::load_platform(const ViewReader& views, PlatformId platform) {
  auto& tenant = tenants_[platform];
  for (auto& member : all_member_rows(views, platform)) tenant.members.insert_or_assign(member.user, member);
  for (auto& role : all_roles(views, platform)) tenant.roles.insert_or_assign(role.id, std::move(role.details));
  for (auto& policy : all_policies(views, platform)) set_policy(tenant, policy.id, static_cast<PolicyRow>(policy));
  for (auto& key : api_key_rows(views, platform)) {
    const auto secret = key.secret_sha256;
    keys_.insert_or_assign(secret, KeyEntry{platform, std::move(key)});
  }
}

bool AccessTable::concerns(const Event& event) {
  return std::visit([]<class E>(const E&) { return AccessEvents::has<E>; }, event);
}

void AccessTable::on(const Event& event, const ViewReader& views, PlatformId platform) {
  std::visit(
      [&]<class E>(const E& it) {
        if constexpr (Users::Events::has<E>) {
          if (auto user = read_user(views, it.user)) add(std::move(*user));
        } else if constexpr (std::is_same_v<E, PlatformRegistered>) {
          if (auto registered = read_registered_platform(views, it.platform)) add(std::move(*registered));
        } else if constexpr (AccessEvents::has<E>) {
          refresh(views, platform, subject_of(it));
        }
      },
      event);
}

void AccessTable::add(UserRecord user) {
  users_[user.id] = {std::make_shared<const UserDetails>(std::move(user.details)), user.active};
}

void AccessTable::add(PlatformRecord platform) {
  if (!platform.details.key.empty()) platforms_by_key_[platform.details.key] = platform.id;
  platforms_[platform.id] = std::move(platform);
}

void AccessTable::refresh(const ViewReader& views, PlatformId platform, UserId member) {
  if (auto row = read_member_row(views, platform, member)) tenants_[platform].members.insert_or_assign(member, *row);
}

void AccessTable::refresh(const ViewReader& views, PlatformId platform, RoleId role) {
  auto& roles = tenants_[platform].roles;
  if (auto record = read_role(views, platform, role)) {
    roles.insert_or_assign(role, std::move(record->details));
  } else {
    roles.erase(role);
  }
}

void AccessTable::refresh(const ViewReader& views, PlatformId platform, PolicyId policy) {
  set_policy(tenants_[platform], policy, read_policy_row(views, platform, policy));
}

void AccessTable::refresh(const ViewReader& views, PlatformId platform, KeyId key) {
  auto row = read_api_key_row(views, platform, key);
  if (!row) return;
  if (row->revoked) {
    keys_.erase(row->secret_sha256);
    return;
  }
  const auto secret = row->secret_sha256;
  keys_.insert_or_assign(secret, KeyEntry{platform, std::move(*row)});
}

void AccessTable::set_policy(Tenant& tenant, PolicyId id, std::optional<PolicyRow> row) {
  if (const auto before = tenant.policies.find(id); before != tenant.policies.end()) {
    for (const auto user : before->second.users) std::erase(tenant.policies_of[user], id);
    tenant.policies.erase(before);
  }
  if (!row) return;
  for (const auto user : row->users) tenant.policies_of[user].push_back(id);
  tenant.policies.emplace(id, std::move(*row));
}

std::vector<RoleId> AccessTable::roles_of(const Tenant& tenant, UserId user) {
  std::set<RoleId> roles;
  if (const auto found = tenant.policies_of.find(user); found != tenant.policies_of.end()) {
    for (const auto policy : found->second) roles.insert(tenant.policies.at(policy).role);
  }
  return {roles.begin(), roles.end()};
}

std::vector<std::string> AccessTable::actions_of(const Tenant& tenant, const std::vector<RoleId>& roles) {
  std::vector<std::string> actions;
  for (const auto role : roles) {
    const auto found = tenant.roles.find(role);
    if (found == tenant.roles.end()) continue;
    actions.insert(actions.end(), found->second.actions.begin(), found->second.actions.end());
  }
  sort_once_each(actions);
  return actions;
}

std::vector<std::string> AccessTable::patterns_of(const Tenant& tenant, const MemberRow& member) {
  if (member.is_admin) return {std::string(kTenantAdmin)};
  return actions_of(tenant, roles_of(tenant, member.user));
}

bool AccessTable::is_deactivated(UserId user) const {
  const auto found = users_.find(user);
  return found != users_.end() && !found->second.active;
}

const MemberRow* AccessTable::active_member(PlatformId platform, UserId user, Timestamp now) const {
  if (is_deactivated(user)) return nullptr;
  const auto tenant = tenants_.find(platform);
  if (tenant == tenants_.end()) return nullptr;
  const auto member = tenant->second.members.find(user);
  return member != tenant->second.members.end() && member->second.active_at(now) ? &member->second : nullptr;
}

std::optional<KnownCaller> AccessTable::caller(const Digest& secret_sha256, Timestamp now) const {
  const auto found = keys_.find(secret_sha256);
  if (found == keys_.end()) return std::nullopt;
  const auto& [platform_id, key] = found->second;
  if (key.expires_at && *key.expires_at <= now) return std::nullopt;
  const auto* member = active_member(platform_id, key.user, now);
  if (member == nullptr) return std::nullopt;

  KnownCaller caller;
  caller.until = std::min(key.expires_at.value_or(Timestamp::max()), member->expires_at.value_or(Timestamp::max()));
  caller.platform = platform_id;
  if (const auto* registered = platform(platform_id)) caller.platform_key = registered->details.key;
  caller.user = key.user;
  if (const auto details = user(key.user)) caller.username = details->username;
  caller.key = key.id;
  // A superuser who narrows a key to roles gives the power away with the rest.
  caller.superuser = key.superuser && key.roles.empty();
  if (caller.superuser) {
    caller.grants = Grants({std::string(kTenantAdmin)});
    return caller;
  }
  const auto& tenant = tenants_.at(platform_id);
  auto patterns = patterns_of(tenant, *member);
  if (!key.roles.empty()) patterns = common_patterns(patterns, actions_of(tenant, key.roles));
  caller.grants = Grants(std::move(patterns));
  return caller;
}

Grants AccessTable::grants(PlatformId platform, UserId user, Timestamp now) const {
  const auto* member = active_member(platform, user, now);
  return member == nullptr ? Grants() : Grants(patterns_of(tenants_.at(platform), *member));
}

std::optional<PlatformId> AccessTable::platform_with_key(std::string_view key) const {
  const auto found = platforms_by_key_.find(key);
  return found == platforms_by_key_.end() ? std::nullopt : std::optional(found->second);
}

const PlatformRecord* AccessTable::platform(PlatformId id) const {
  const auto found = platforms_.find(id);
  return found == platforms_.end() ? nullptr : &found->second;
}

std::vector<PlatformRecord> AccessTable::platforms() const {
  std::vector<PlatformRecord> all;
  for (const auto& [id, record] : platforms_) all.push_back(record);
  return all;
}

std::vector<PlatformRecord> AccessTable::platforms_of(UserId user, Timestamp now) const {
  std::vector<PlatformRecord> of;
  for (const auto& [id, record] : platforms_) {
    if (active_member(id, user, now) != nullptr) of.push_back(record);
  }
  return of;
}

std::shared_ptr<const UserDetails> AccessTable::user(UserId id) const {
  const auto found = users_.find(id);
  return found == users_.end() ? nullptr : found->second.details;
}

std::vector<AccessTable::Listed> AccessTable::members(PlatformId platform, Timestamp now) const {
  std::vector<Listed> listed;
  const auto found = tenants_.find(platform);
  if (found == tenants_.end()) return listed;
  const auto& tenant = found->second;
  listed.reserve(tenant.members.size());
  for (const auto& [id, member] : tenant.members) {
    Listed one{member, user(id), member.active_at(now) && !is_deactivated(id), {}};
    for (const auto role : roles_of(tenant, id)) {
      if (const auto named = tenant.roles.find(role); named != tenant.roles.end()) {
        one.roles.push_back(named->second.name);
      }
    }
    if (member.is_admin && std::find(one.roles.begin(), one.roles.end(), kTenantAdminRole) == one.roles.end()) {
      one.roles.emplace_back(kTenantAdminRole);
    }
    listed.push_back(std::move(one));
  }
  std::sort(listed.begin(), listed.end(),
            [](const Listed& left, const Listed& right) { return left.member.ordinal > right.member.ordinal; });
  return listed;
}

}  // namespace annals
