#include "commands/platform/api_keys.hpp"

#include <algorithm>

#include "commands/fields/body_reader.hpp"
#include "commands/fields/spelling.hpp"
#include "commands/rules.hpp"
#include "core/crypto.hpp"

namespace annals {
namespace {

/// The member whom the key is for; nullopt: there is none.
std::optional<UserId> holder_of(const IssueApiKey& command, const State& state, const DecisionContext& context) {
  const auto user = command.username ? state.user_with_username(*command.username) : context.caller.user;
  return user && is_active_member(state, *user, context.now) ? user : std::nullopt;
}

std::optional<RoleState> role_of(const NamedRole& named, const State& state) {
  if (const auto* name = std::get_if<std::string>(&named)) {
    if (auto role = state.role_named(*name)) return role;
    const auto digits = spelt_integer(*name);
    return digits ? role_of(NamedRole(*digits), state) : std::nullopt;
  }
  const auto id = as_id<RoleId>(std::get<std::int64_t>(named));
  return id ? state.role(*id) : std::nullopt;
}

std::string no_such_role(const NamedRole& named) {
  if (const auto* name = std::get_if<std::string>(&named)) return "Object with name=" + *name + " does not exist.";
  return no_such_pk(std::get<std::int64_t>(named));
}

/// Ascending, each once; those that are not there go to `faults`.
std::vector<RoleId> role_ids(const std::vector<NamedRole>& named, const State& state,
                             std::vector<std::string>& faults) {
  std::vector<RoleId> ids;
  for (const auto& one : named) {
    if (const auto role = role_of(one, state)) {
      ids.push_back(role->id);
    } else {
      faults.push_back(no_such_role(one));
    }
  }
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  return ids;
}

/// The roles to which the caller's own key is narrowed; empty: it is not. Problem: invalid_token when the key has been
/// revoked since the request came in.
Result<std::vector<RoleId>> narrowing_of(const Caller& caller, const State& state) {
  if (caller.platform != state.platform() || caller.key.value == 0) return std::vector<RoleId>{};
  auto key = state.api_key(caller.key);
  if (!key) return refused(ProblemCode::invalid_token);
  std::ranges::sort(key->roles);
  return std::move(key->roles);
}

bool is_for_another(const IssueApiKey& command, const State& state, const Caller& caller) {
  return command.username && *command.username != caller.username &&
         state.user_with_username(*command.username) != caller.user;
}

}  // namespace

IssueApiKey IssueApiKey::from(const Body& body) {
  IssueApiKey command;
  BodyReader reader(body, command.errors);
  command.username = reader.text("username", {Need::optional, false});
  command.name = reader.text("name", {Need::required, false}).value_or("");
  // A key is revoked by its name in a path, which every client takes these two out of.
  if (command.name == "." || command.name == "..") command.errors.push_back({"name", {"This name is not allowed."}});
  check_platform_key(reader);
  command.expires_in = reader.duration("expires_in");
  command.roles = reader.ids_or_names("roles").value_or(std::vector<NamedRole>{});
  return command;
}

Result<Decision> decide(const IssueApiKey& command, const State& state, const std::optional<Precondition>&,
                        const DecisionContext& context) {
  const auto& caller = context.caller;
  if (is_for_another(command, state, caller) && !is_tenant_admin(caller, state)) {
    return refused(ProblemCode::permission_denied);
  }
  auto errors = command.errors;
  const bool username_faulty = std::ranges::find(errors, "username", &FieldError::field) != errors.end();
  const auto holder = holder_of(command, state, context);
  if (!holder && !username_faulty) {
    errors.push_back(
        {"username", {"Object with username=" + command.username.value_or(caller.username) + " does not exist."}});
  }
  if (!command.name.empty() && state.api_key_named(command.name)) {
    errors.push_back({"name", {"api token with this name already exists."}});
  }
  std::vector<std::string> unknown_roles;
  auto roles = role_ids(command.roles, state, unknown_roles);
  if (!unknown_roles.empty()) errors.push_back({"roles", std::move(unknown_roles)});
  if (!errors.empty()) {
    return refused(in_schema_order(std::move(errors), {"username", "name", "platform_key", "expires_in", "roles"}));
  }

  // A narrowed key must not make itself a wider one.
  if (*holder == caller.user) {
    const auto narrowing = narrowing_of(caller, state);
    if (!narrowing) return std::unexpected(narrowing.error());
    if (roles.empty()) roles = *narrowing;
    if (!narrowing->empty() && !std::ranges::includes(*narrowing, roles))
      return refused(ProblemCode::permission_denied);
  }

  auto secret = context.choices.new_secret();
  ApiKeyIssued issued;
  issued.key = state.next_key_id();
  issued.user = *holder;
  issued.secret_sha256 = sha256(secret);
  issued.superuser = caller.superuser && *holder == caller.user && roles.empty();
  if (command.expires_in) issued.expires_at = context.now + *command.expires_in;
  issued.roles = std::move(roles);
  issued.details = {state.platform_slot(), ApiKeyDetails{command.name}};
  ApiKeyShown shown{issued.key, std::move(secret)};
  return Decision{{std::move(issued)}, std::move(shown), {}};
}

Result<Decision> decide(const RevokeApiKey& command, const State& state,
                        const std::optional<Precondition>& precondition, const DecisionContext& context) {
  const auto key = state.api_key_named(command.name);
  if (!key) return refused(ProblemCode::not_found);
  if (key->user != context.caller.user && !is_tenant_admin(context.caller, state)) {
    return refused(ProblemCode::permission_denied);
  }
  if (!holds(precondition, key->version)) return refused(ProblemCode::version_conflict);
  return Decision{{ApiKeyRevoked{key->id}}, NothingShown{}, {}};
}

}  // namespace annals
