#include "commands/platform/roles.hpp"

#include <algorithm>

#include "commands/fields/body_reader.hpp"
#include "commands/rules.hpp"

namespace annals {
namespace {

constexpr const char* kNameTaken = "role with this name already exists.";

bool is_segment(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

FieldErrors with_name_checked(FieldErrors errors, const RoleFields& fields, const State& state,
                              std::optional<RoleId> self) {
  if (fields.name) {
    const auto holder = state.role_named(*fields.name);
    if (holder && holder->id != self) errors.push_back({"name", {kNameTaken}});
  }
  return in_schema_order(std::move(errors), {"name", "platform_key", "actions"});
}

}  // namespace

bool is_permission_pattern(std::string_view text) {
  constexpr std::string_view kPrefix = "Ibl.";
  if (!text.starts_with(kPrefix)) return false;
  text.remove_prefix(kPrefix.size());
  for (int depth = 0; depth < 3; ++depth) {
    if (text == "*") return true;
    const auto slash = text.find('/');
    if (!is_segment(text.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return depth == 2;
    text.remove_prefix(slash + 1);
  }
  return false;
}

RoleFields RoleFields::read(const Body& body, Write write, FieldErrors& errors) {
  BodyReader reader(body, errors);
  RoleFields fields;
  fields.name = reader.text("name", {write == Write::replace ? Need::required : Need::optional, false});
  check_platform_key(reader);
  fields.actions = reader.texts("actions");
  if (fields.actions) {
    std::vector<ItemError> faults;
    for (std::size_t i = 0; i < fields.actions->size(); ++i) {
      const auto& action = (*fields.actions)[i];
      if (!is_permission_pattern(action)) faults.push_back({i, {'"' + action + "\" is not a valid permission."}});
    }
    if (!faults.empty()) errors.push_back({"actions", {}, std::move(faults)});
    fields.actions = each_once(std::move(*fields.actions));
  }
  if (write == Write::replace && !fields.actions) fields.actions.emplace();
  return fields;
}

CreateRole CreateRole::from(const Body& body) {
  CreateRole command;
  command.fields = RoleFields::read(body, Write::replace, command.errors);
  return command;
}

UpdateRole UpdateRole::from(RoleId role, const Body& body, Write write) {
  UpdateRole command;
  command.role = role;
  command.fields = RoleFields::read(body, write, command.errors);
  return command;
}

Result<Decision> decide(const CreateRole& command, const State& state, const std::optional<Precondition>&,
                        const DecisionContext&) {
  auto errors = with_name_checked(command.errors, command.fields, state, std::nullopt);
  if (!errors.empty()) return refused(std::move(errors));
  const auto id = state.next_role_id();
  RoleCreated created{id, false, {state.platform_slot(), RoleDetails{*command.fields.name, *command.fields.actions}}};
  return Decision{{std::move(created)}, RoleShown{id, true}, {}};
}

Result<Decision> decide(const UpdateRole& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext&) {
  const auto role = state.role(command.role);
  if (!role) return refused(ProblemCode::not_found);
  if (role->internal) return refused(ProblemCode::permission_denied);
  if (!holds(precondition, role->version)) return refused(ProblemCode::version_conflict);
  auto errors = with_name_checked(command.errors, command.fields, state, role->id);
  if (!errors.empty()) return refused(std::move(errors));
  RoleDetailsChange details;
  details.name = change(command.fields.name, role->details.name);
  details.actions = change(command.fields.actions, role->details.actions);
  const RoleShown shown{role->id, false};
  if (details == RoleDetailsChange{}) return Decision{{}, shown, {}};
  return Decision{{RoleUpdated{role->id, {state.platform_slot(), std::move(details)}}}, shown, {}};
}

Result<Decision> decide(const DeleteRole& command, const State& state, const std::optional<Precondition>& precondition,
                        const DecisionContext&) {
  const auto role = state.role(command.role);
  if (!role) return refused(ProblemCode::not_found);
  if (role->internal) return refused(ProblemCode::permission_denied);
  if (!holds(precondition, role->version)) return refused(ProblemCode::version_conflict);
  if (state.role_in_use(role->id)) {
    return refused(ProblemCode::role_in_use);
  }
  return Decision{{RoleDeleted{role->id}}, NothingShown{}, {}};
}

}  // namespace annals
