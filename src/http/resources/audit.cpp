#include "http/resources/exchange.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

Handled show_head(Exchange& exchange) {
  const auto& caller = exchange.caller;
  return answer_json(exchange.services.notary.sign(caller.platform, caller.platform_key, exchange.now).json());
}

}  // namespace

std::span<const Route> audit_routes() {
  static const std::vector<Route> routes = {
      {.method = "GET",
       .path = "/audit/head",
       .permission = "Ibl.CRM/Audit/read",
       .handler = show_head,
       .operation = {.id = "audit_head_retrieve",
                     .summary = "Where the log of the caller's platform ends, signed by the server's key",
                     .answer = "SignedHead"}},
  };
  return routes;
}

}  // namespace annals::http
