#include "core/json.hpp"
#include "http/openapi/document.hpp"
#include "http/problems.hpp"
#include "http/resources/exchange.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

Handled alive(Exchange&) {
  return answer_json(R"({"status":"ok"})");
}

Handled ready(Exchange& exchange) {
  const auto& readiness = exchange.services.readiness;
  if (const auto reason = readiness.not_ready_reason()) {
    Response response;
    response.status = 503;
    response.body = R"({"status":"not ready","reason":)" + quote_json(*reason) + "}";
    response.headers.emplace_back("Retry-After", "1");
    return response;
  }
  return answer_json(std::string(R"({"status":"ready","writes":)") +
                     (readiness.writes_available() ? "true}" : "false}"));
}

Handled metrics(Exchange& exchange) {
  Response response;
  response.content_type = exchange.route.content_type;
  response.body = exchange.services.metrics.text();
  return response;
}

Handled openapi(Exchange& exchange) {
  Response response;
  response.shared_body = exchange.services.openapi;
  return response;
}

}  // namespace

std::span<const Route> operation_routes() {
  static const std::vector<Route> routes = {
      {.method = "GET",
       .path = "/healthz",
       .permission = kAnyone,
       .handler = alive,
       .operation = {.id = "healthz_retrieve", .summary = "The process is alive", .answer = "Health"}},
      {.method = "GET",
       .path = "/readyz",
       .permission = kAnyone,
       .handler = ready,
       .operation = {.id = "readyz_retrieve",
                     .summary = "Requests can be served",
                     .answer = "Readiness",
                     .others = {{503, "Not yet; the reason.", "Readiness"}}}},
      {.method = "GET",
       .path = "/metrics",
       .permission = kAnyone,
       .handler = metrics,
       .operation = {.id = "metrics_retrieve", .summary = "Prometheus metrics", .answer = "Text"},
       .content_type = "text/plain; version=0.0.4"},
      {.method = "GET",
       .path = "/openapi.json",
       .permission = kAnyone,
       .handler = openapi,
       .operation = {.id = "openapi_retrieve", .summary = "This document", .answer = "AnyObject"}},
  };
  return routes;
}

}  // namespace annals::http
