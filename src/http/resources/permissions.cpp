#include "commands/fields/body_reader.hpp"
#include "core/json.hpp"
#include "http/resources/platform_records.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

void append_held(std::string& out, std::string_view member, const std::vector<std::string>& permissions,
                 const Caller& caller) {
  out += ",\"";
  out += member;
  out += "\":{";
  for (const auto& permission : permissions) {
    if (out.back() != '{') out += ',';
    append_json_string(out, permission);
    out += may(caller, permission) ? ":true" : ":false";
  }
  out += '}';
}

Handled check_permissions(Exchange& exchange) {
  const auto body = read_body(exchange.request);
  const auto platform = named_platform(exchange, body ? &*body : nullptr);
  if (!platform) return std::unexpected(platform.error());
  if (!body) return std::unexpected(body.error());
  FieldErrors errors;
  BodyReader reader(*body, errors);
  check_platform_key(reader);
  const auto resources = reader.texts("resources");
  const auto actions = reader.texts("actions");
  if (errors.empty() && !resources && !actions) reader.fail("actions", "This field is required.");
  if (!errors.empty()) return std::unexpected(Problem(std::move(errors)));
  std::string out = "{\"platform_key\":";
  append_json_string(out, exchange.queries().platform_key(*platform).value_or(""));
  if (resources) append_held(out, "resources", *resources, exchange.caller);
  if (actions) append_held(out, "actions", *actions, exchange.caller);
  return answer_json(out += '}');
}

}  // namespace

std::span<const Route> permission_routes() {
  static const std::vector<Route> routes = {
      {.method = "POST",
       .path = "/api/core/rbac/permissions/check/",
       .permission = kAnyCaller,
       .handler = check_permissions,
       .operation = {.id = "core_rbac_permissions_check_create",
                     .summary = "Which of the named permissions the caller holds",
                     .request = "PermissionCheckRequest",
                     .answer = "PermissionCheck",
                     .parameters = {kPlatformKey}},
       .names_platform = true,
       .repeatable = false,
       .writes = false},
  };
  return routes;
}

}  // namespace annals::http
