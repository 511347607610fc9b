#include "core/json.hpp"
#include "http/resources/platform_records.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

Handled list_api_tokens(Exchange& exchange) {
  const auto platform = named_platform(exchange);
  if (!platform) return std::unexpected(platform.error());
  const auto& caller = exchange.caller;
  const auto whose = may(caller, kTenantAdmin) ? std::nullopt : std::optional(caller.user);
  return answer_json(json_array(exchange.queries().api_keys(*platform, whose)));
}

/// Who may mint for whom is decided with the command: it needs the user that the body names.
Handled issue_api_token(Exchange& exchange) {
  return create_in_platform(exchange, [](const Body& body) -> Command { return IssueApiKey::from(body); });
}

Handled revoke_api_token(Exchange& exchange) {
  const auto platform = named_platform(exchange);
  if (!platform) return std::unexpected(platform.error());
  const auto owner = exchange.queries().api_key_owner(*platform, exchange.variable);
  const auto& caller = exchange.caller;
  if (!owner || (*owner != caller.user && !may(caller, kTenantAdmin))) return refuse(ProblemCode::not_found);
  return submit(exchange, *platform, RevokeApiKey{std::string(exchange.variable)});
}

}  // namespace

std::span<const Route> api_token_routes() {
  constexpr std::string_view kList = "/api/core/platform/api-tokens/";
  static const std::vector<Route> routes = {
      {.method = "GET",
       .path = kList,
       .permission = kAnyCaller,
       .handler = at_length<list_api_tokens>,
       .operation = {.id = "core_platform_api_tokens_list",
                     .summary = "The platform's keys without their secrets; the caller's own but for Tenant Admins",
                     .answer = "ApiTokenList",
                     .parameters = {kPlatformKey}},
       .names_platform = true},
      {.method = "POST",
       .path = kList,
       .permission = kAnyCaller,
       .handler = issue_api_token,
       .operation = {.id = "core_platform_api_tokens_create",
                     .summary = "Mint a key; `key` is shown in this answer only",
                     .request = "ApiTokenRequest",
                     .status = 201,
                     .answer = "IssuedApiToken",
                     .answer_description = "Created.",
                     .parameters = {kPlatformKey}},
       .names_platform = true,
       .repeatable = false},
      {.method = "DELETE",
       .path = "/api/core/platform/api-tokens/{name}/",
       .permission = kAnyCaller,
       .handler = revoke_api_token,
       .operation = {.id = "core_platform_api_tokens_destroy",
                     .summary = "Revoke a key",
                     .status = 204,
                     .answer_description = "Revoked.",
                     .parameters = {kPlatformKey},
                     .others = {{404, "Key or platform not found."}}},
       .names_platform = true,
       .has_version = true},
  };
  return routes;
}

}  // namespace annals::http
