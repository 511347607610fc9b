#include "http/resources/platform_records.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

Handled list_policies(Exchange& exchange) {
  return list_of_platform(exchange, &Queries::policies);
}

Handled create_policy(Exchange& exchange) {
  return create_in_platform(exchange, [](const Body& body) -> Command { return CreatePolicy::from(body); });
}

Handled retrieve_policy(Exchange& exchange) {
  return show_of_platform<PolicyId>(exchange, &Queries::policy);
}

Handled replace_policy(Exchange& exchange) {
  return update_in_platform<PolicyId>(exchange, &Queries::policy, [](PolicyId id, const Body& body) -> Command {
    return UpdatePolicy::from(id, body, Write::replace);
  });
}

Handled patch_policy(Exchange& exchange) {
  return update_in_platform<PolicyId>(exchange, &Queries::policy, [](PolicyId id, const Body& body) -> Command {
    return UpdatePolicy::from(id, body, Write::patch);
  });
}

Handled delete_policy(Exchange& exchange) {
  return delete_in_platform<PolicyId>(exchange, &Queries::policy,
                                      [](PolicyId id) -> Command { return DeletePolicy{id}; });
}

}  // namespace

std::span<const Route> policy_routes() {
  constexpr std::string_view kList = "/api/core/rbac/policies/";
  constexpr std::string_view kOne = "/api/core/rbac/policies/{id}/";
  static const std::vector<Route> routes = {
      {.method = "GET",
       .path = kList,
       .permission = kTenantAdmin,
       .handler = at_length<list_policies>,
       .operation = {.id = "core_rbac_policies_list",
                     .summary = "List the policies of a platform",
                     .answer = "PaginatedPolicyList",
                     .answer_description = "A page.",
                     .parameters = {kPlatformKey}},
       .is_list = true,
       .names_platform = true},
      {.method = "POST",
       .path = kList,
       .permission = kTenantAdmin,
       .handler = create_policy,
       .operation = {.id = "core_rbac_policies_create",
                     .summary = "Create a policy, which gives its role to its users",
                     .request = "Policy",
                     .status = 201,
                     .answer = "Policy",
                     .answer_description = "Created.",
                     .parameters = {kPlatformKey}},
       .names_platform = true,
       .creates = true},
      {.method = "GET",
       .path = kOne,
       .permission = kTenantAdmin,
       .handler = retrieve_policy,
       .operation = {.id = "core_rbac_policies_retrieve",
                     .summary = "Read a policy",
                     .answer = "Policy",
                     .parameters = {kPlatformKey},
                     .others = {{404, "Policy or platform not found."}}},
       .names_platform = true,
       .has_version = true},
      {.method = "PUT",
       .path = kOne,
       .permission = kTenantAdmin,
       .handler = replace_policy,
       .operation = {.id = "core_rbac_policies_update",
                     .summary = "Replace a policy",
                     .request = "Policy",
                     .answer = "Policy",
                     .parameters = {kPlatformKey},
                     .others = {{404, "Policy or platform not found."}}},
       .names_platform = true,
       .has_version = true},
      {.method = "PATCH",
       .path = kOne,
       .permission = kTenantAdmin,
       .handler = patch_policy,
       .operation = {.id = "core_rbac_policies_partial_update",
                     .summary = "Change a policy",
                     .request = "PatchedPolicy",
                     .request_required = false,
                     .answer = "Policy",
                     .parameters = {kPlatformKey},
                     .others = {{404, "Policy or platform not found."}}},
       .names_platform = true,
       .has_version = true},
      {.method = "DELETE",
       .path = kOne,
       .permission = kTenantAdmin,
       .handler = delete_policy,
       .operation = {.id = "core_rbac_policies_destroy",
                     .summary = "Delete a policy",
                     .status = 204,
                     .answer_description = "Deleted.",
                     .parameters = {kPlatformKey},
                     .others = {{404, "Policy or platform not found."}}},
       .names_platform = true,
       .has_version = true},
  };
  return routes;
}

}  // namespace annals::http
