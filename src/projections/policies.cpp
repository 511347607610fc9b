#include "projections/policies.hpp"

#include <algorithm>

#include "projections/view_ids.hpp"

namespace annals {
namespace {

using OpenPolicy = Opened<PolicyRow, PolicyDetails>;

std::string role_key(RoleId role, PolicyId policy) {
  return key_of(role) + key_of(policy);
}

void sort_users(std::vector<UserId>& users) {
  std::sort(users.begin(), users.end());
  users.erase(std::unique(users.begin(), users.end()), users.end());
}

void put_policy(const Projecting& to, OpenPolicy& policy) {
  std::optional<Digest128> name;
  if (policy.details) name = to.digester.short_digest(to.platform, DigestPurpose::policy_name, policy.details->name);
  move_digest(to.views, to.platform, view::policy_names, policy.row.name_digest, name, policy.row.id);
  policy.row.name_digest = name;
  sort_users(policy.row.users);
  put_record(to, view::policies, key_of(policy.row.id), policy.row, policy.details);
}

void change_users(std::vector<UserId>& users, const PolicyUpdated& event) {
  users.insert(users.end(), event.users_added.begin(), event.users_added.end());
  std::erase_if(users, [&](UserId user) {
    return std::find(event.users_removed.begin(), event.users_removed.end(), user) != event.users_removed.end();
  });
}

PolicyRecord policy_record(OpenPolicy policy) {
  return {std::move(policy.row), std::move(policy.details).value_or(PolicyDetails{})};
}

}  // namespace

void Policies::on(const PolicyCreated& event, const RecordedEvent& recorded) {
  OpenPolicy policy{{event.policy, recorded.version, event.details.slot, event.role, event.users, false, {}},
                    event.details.data};
  put_policy(*this, policy);
  views.put(platform, view::role_policies, role_key(event.role, event.policy), {});
  count_used(views, platform, view::policies, event.policy);
}

void Policies::on(const PolicyUpdated& event, const RecordedEvent& recorded) {
  auto policy = open_record<PolicyRow, PolicyDetails>(views, platform, view::policies, key_of(event.policy));
  if (!policy || policy->row.deleted) return;
  policy->row.version = recorded.version;
  if (event.role && *event.role != policy->row.role) {
    views.erase(platform, view::role_policies, role_key(policy->row.role, event.policy));
    views.put(platform, view::role_policies, role_key(*event.role, event.policy), {});
    policy->row.role = *event.role;
  }
  change_users(policy->row.users, event);
  if (event.details && !event.details->data) policy->details.reset();
  if (event.details && policy->details) {
    change_to(policy->details->name, event.details->data->name);
    change_to(policy->details->resources, event.details->data->resources);
  }
  put_policy(*this, *policy);
}

void Policies::on(const PolicyDeleted& event, const RecordedEvent& recorded) {
  auto policy = open_record<PolicyRow, PolicyDetails>(views, platform, view::policies, key_of(event.policy));
  if (!policy) return;
  auto& row = policy->row;
  move_digest(views, platform, view::policy_names, row.name_digest, {}, row.id);
  views.erase(platform, view::role_policies, role_key(row.role, row.id));
  row.name_digest.reset();
  row.users.clear();
  row.version = recorded.version;
  row.deleted = true;
  views.put(platform, view::policies, key_of(row.id), pack(row));
}

Projection policies_projection() {
  return {"Policies", {view::policies, view::policy_names, view::role_policies}, apply_to<Policies>};
}

std::optional<PolicyRow> read_policy_row(const ViewReader& views, PlatformId platform, PolicyId id) {
  const auto plain = views.get_plain(platform, view::policies, key_of(id));
  if (!plain) return std::nullopt;
  auto row = unpack<PolicyRow>(*plain);
  return row.deleted ? std::nullopt : std::optional(std::move(row));
}

std::vector<PolicyRecord> all_policies(const ViewReader& views, PlatformId platform) {
  std::vector<PolicyRecord> found;
  for (auto at = views.scan(platform, view::policies, {}); at->valid(); at->next()) {
    if (at->key() == kNextKey) continue;
    auto policy = policy_record(opened<PolicyRow, PolicyDetails>(at->value()));
    if (!policy.deleted) found.push_back(std::move(policy));
  }
  return found;
}

std::optional<PolicyRecord> read_policy(const ViewReader& views, PlatformId platform, PolicyId id) {
  auto policy = open_record<PolicyRow, PolicyDetails>(views, platform, view::policies, key_of(id));
  if (!policy || policy->row.deleted) return std::nullopt;
  return policy_record(std::move(*policy));
}

std::optional<PolicyRecord> policy_named(const ViewReader& views, PlatformId platform, const Digester& digester,
                                         std::string_view name) {
  const auto id = find_by<PolicyId>(views, platform, view::policy_names,
                                    digester.short_digest(platform, DigestPurpose::policy_name, name));
  return id ? read_policy(views, platform, *id) : std::nullopt;
}

bool role_in_use(const ViewReader& views, PlatformId platform, RoleId id) {
  return views.scan(platform, view::role_policies, key_of(id))->valid();
}

PolicyId next_policy_id(const ViewReader& views, PlatformId platform) {
  return next_of(views, platform, view::policies, PolicyId{1});
}

}  // namespace annals
