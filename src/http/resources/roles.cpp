#include "http/resources/platform_records.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

Handled list_roles(Exchange& exchange) {
  return list_of_platform(exchange, &Queries::roles);
}

Handled create_role(Exchange& exchange) {
  return create_in_platform(exchange, [](const Body& body) -> Command { return CreateRole::from(body); });
}

Handled retrieve_role(Exchange& exchange) {
  return show_of_platform<RoleId>(exchange, &Queries::role);
}

Handled replace_role(Exchange& exchange) {
  return update_in_platform<RoleId>(exchange, &Queries::role, [](RoleId id, const Body& body) -> Command {
    return UpdateRole::from(id, body, Write::replace);
  });
}

Handled patch_role(Exchange& exchange) {
  return update_in_platform<RoleId>(exchange, &Queries::role, [](RoleId id, const Body& body) -> Command {
    return UpdateRole::from(id, body, Write::patch);
  });
}

Handled delete_role(Exchange& exchange) {
  return delete_in_platform<RoleId>(exchange, &Queries::role, [](RoleId id) -> Command { return DeleteRole{id}; });
}

}  // namespace

std::span<const Route> role_routes() {
  constexpr std::string_view kList = "/api/core/rbac/roles/";
  constexpr std::string_view kOne = "/api/core/rbac/roles/{id}/";
  static const std::vector<Route> routes = {
      {.method = "GET",
       .path = kList,
       .permission = kTenantAdmin,
       .handler = at_length<list_roles>,
       .operation = {.id = "core_rbac_roles_list",
                     .summary = "List the roles of a platform",
                     .answer = "PaginatedRoleList",
                     .answer_description = "A page.",
                     .parameters = {kPlatformKey}},
       .is_list = true,
       .names_platform = true},
      {.method = "POST",
       .path = kList,
       .permission = kTenantAdmin,
       .handler = create_role,
       .operation = {.id = "core_rbac_roles_create",
                     .summary = "Create a role",
                     .request = "Role",
                     .status = 201,
                     .answer = "Role",
                     .answer_description = "Created.",
                     .parameters = {kPlatformKey}},
       .names_platform = true,
       .creates = true},
      {.method = "GET",
       .path = kOne,
       .permission = kTenantAdmin,
       .handler = retrieve_role,
       .operation = {.id = "core_rbac_roles_retrieve",
                     .summary = "Read a role",
                     .answer = "Role",
                     .parameters = {kPlatformKey},
                     .others = {{404, "Role or platform not found."}}},
       .names_platform = true,
       .has_version = true},
      {.method = "PUT",
       .path = kOne,
       .permission = kTenantAdmin,
       .handler = replace_role,
       .operation = {.id = "core_rbac_roles_update",
                     .summary = "Replace a role; seeded ones are read-only",
                     .request = "Role",
                     .answer = "Role",
                     .parameters = {kPlatformKey},
                     .others = {{404, "Role or platform not found."}}},
       .names_platform = true,
       .has_version = true},
      {.method = "PATCH",
       .path = kOne,
       .permission = kTenantAdmin,
       .handler = patch_role,
       .operation = {.id = "core_rbac_roles_partial_update",
                     .summary = "Change a role; seeded ones are read-only",
                     .request = "PatchedRole",
                     .request_required = false,
                     .answer = "Role",
                     .parameters = {kPlatformKey},
                     .others = {{404, "Role or platform not found."}}},
       .names_platform = true,
       .has_version = true},
      {.method = "DELETE",
       .path = kOne,
       .permission = kTenantAdmin,
       .handler = delete_role,
       .operation = {.id = "core_rbac_roles_destroy",
                     .summary = "Delete a role that no policy gives",
                     .status = 204,
                     .answer_description = "Deleted.",
                     .parameters = {kPlatformKey},
                     .others = {{409, "A policy gives this role."}, {404, "Role or platform not found."}}},
       .names_platform = true,
       .has_version = true},
  };
  return routes;
}

}  // namespace annals::http
