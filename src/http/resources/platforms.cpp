#include "core/json.hpp"
#include "http/resources/platform_records.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

Handled list_platforms(Exchange& exchange) {
  const auto& caller = exchange.caller;
  return answer_json(json_array(exchange.queries().platforms_of(caller.user, caller.superuser, exchange.now)));
}

Handled create_platform(Exchange& exchange) {
  const auto body = read_body(exchange.request);
  if (!body) return std::unexpected(body.error());
  return submit(exchange, kSystemPlatform, CreatePlatform::from(*body));
}

}  // namespace

std::span<const Route> platform_routes() {
  constexpr std::string_view kPath = "/api/core/platform/";
  static const std::vector<Route> routes = {
      {.method = "GET",
       .path = kPath,
       .permission = kAnyCaller,
       .handler = at_length<list_platforms>,
       .operation = {.id = "core_platform_list",
                     .summary = "The platforms that the caller belongs to; all of them for a superuser",
                     .answer = "PlatformList"}},
      {.method = "POST",
       .path = kPath,
       .permission = kSuperuser,
       .handler = create_platform,
       .operation = {.id = "core_platform_create",
                     .summary = "Create a platform with its seeded roles",
                     .request = "Platform",
                     .status = 201,
                     .answer = "Platform",
                     .answer_description = "Created."}},
  };
  return routes;
}

}  // namespace annals::http
