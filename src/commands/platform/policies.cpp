#include "commands/platform/policies.hpp"

#include <algorithm>
#include <set>

#include "commands/fields/body_reader.hpp"
#include "commands/rules.hpp"

namespace annals {
namespace {

std::optional<RoleId> role_of(const PolicyFields& fields, const State& state) {
  const auto id = fields.role_id ? as_id<RoleId>(*fields.role_id) : std::nullopt;
  return id && state.role(*id) ? id : std::nullopt;
}

/// Problems of state: a taken name, a role that is not there, users who are no active members.
FieldErrors checked(FieldErrors errors, const PolicyFields& fields, const State& state, std::optional<PolicyId> self,
                    Timestamp now) {
  if (fields.name) {
    const auto holder = state.policy_named(*fields.name);
    if (holder && holder->id != self) errors.push_back({"name", {"policy with this name already exists."}});
  }
  if (fields.role_id && !role_of(fields, state)) errors.push_back({"role_id", {no_such_pk(*fields.role_id)}});
  std::vector<std::string> strangers;
  for (const auto user : fields.users_to_add) {
    const auto member = as_id<UserId>(user);
    if (!member || !is_active_member(state, *member, now)) strangers.push_back(no_such_pk(user));
  }
  if (!strangers.empty()) errors.push_back({"users_to_add", std::move(strangers)});
  return in_schema_order(std::move(errors),
                         {"name", "role_id", "platform_key", "resources", "users_to_add", "users_to_remove"});
}

std::set<UserId> as_users(const std::vector<std::int64_t>& numbers) {
  std::set<UserId> users;
  for (const auto number : numbers) {
    if (const auto user = as_id<UserId>(number)) users.insert(*user);
  }
  return users;
}

}  // namespace

PolicyFields PolicyFields::read(const Body& body, Write write, FieldErrors& errors) {
  BodyReader reader(body, errors);
  const auto need = write == Write::replace ? Need::required : Need::optional;
  PolicyFields fields;
  fields.name = reader.text("name", {need, false});
  fields.role_id = reader.integer("role_id", need);
  check_platform_key(reader);
  fields.resources = reader.json("resources");
  fields.users_to_add = reader.integers("users_to_add").value_or(std::vector<std::int64_t>{});
  fields.users_to_remove = reader.integers("users_to_remove").value_or(std::vector<std::int64_t>{});
  if (write == Write::replace && !fields.resources) fields.resources = PolicyDetails{}.resources;
  return fields;
}

CreatePolicy CreatePolicy::from(const Body& body) {
  CreatePolicy command;
  command.fields = PolicyFields::read(body, Write::replace, command.errors);
  return command;
}

UpdatePolicy UpdatePolicy::from(PolicyId policy, const Body& body, Write write) {
  UpdatePolicy command;
  command.policy = policy;
  command.fields = PolicyFields::read(body, write, command.errors);
  return command;
}

Result<Decision> decide(const CreatePolicy& command, const State& state, const std::optional<Precondition>&,
                        const DecisionContext& context) {
  const auto& fields = command.fields;
  auto errors = checked(command.errors, fields, state, std::nullopt, context.now);
  if (!errors.empty()) return refused(std::move(errors));
  auto users = as_users(fields.users_to_add);
  for (const auto user : as_users(fields.users_to_remove)) users.erase(user);
  const auto id = state.next_policy_id();
  PolicyCreated created{id,
                        *role_of(fields, state),
                        {users.begin(), users.end()},
                        {state.platform_slot(), PolicyDetails{*fields.name, *fields.resources}}};
  return Decision{{std::move(created)}, PolicyShown{id, true}, {}};
}

Result<Decision> decide(const UpdatePolicy& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context) {
  const auto policy = state.policy(command.policy);
  if (!policy) return refused(ProblemCode::not_found);
  if (!holds(precondition, policy->version)) return refused(ProblemCode::version_conflict);
  const auto& fields = command.fields;
  auto errors = checked(command.errors, fields, state, policy->id, context.now);
  if (!errors.empty()) return refused(std::move(errors));

  PolicyUpdated updated;
  updated.policy = policy->id;
  updated.role = change(role_of(fields, state), policy->role);
  const std::set<UserId> current(policy->users.begin(), policy->users.end());
  const auto removed = as_users(fields.users_to_remove);
  for (const auto user : as_users(fields.users_to_add)) {
    if (!current.contains(user) && !removed.contains(user)) updated.users_added.push_back(user);
  }
  std::ranges::set_intersection(current, removed, std::back_inserter(updated.users_removed));
  PolicyDetailsChange details;
  details.name = change(fields.name, policy->details.name);
  details.resources = change(fields.resources, policy->details.resources);
  if (details != PolicyDetailsChange{}) updated.details = {state.platform_slot(), std::move(details)};

  const PolicyShown shown{policy->id, false};
  PolicyUpdated nothing;
  nothing.policy = policy->id;
  if (updated == nothing) return Decision{{}, shown, {}};
  return Decision{{std::move(updated)}, shown, {}};
}

Result<Decision> decide(const DeletePolicy& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext&) {
  const auto policy = state.policy(command.policy);
  if (!policy) return refused(ProblemCode::not_found);
  if (!holds(precondition, policy->version)) return refused(ProblemCode::version_conflict);
  return Decision{{PolicyDeleted{policy->id}}, NothingShown{}, {}};
}

}  // namespace annals
