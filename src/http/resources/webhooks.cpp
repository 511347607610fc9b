#include "http/resources/body_reading.hpp"
#include "http/resources/exchange.hpp"
#include "http/resources/pages.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

/// The id in the path, when the platform has that webhook.
std::optional<WebhookId> named_webhook(const Exchange& exchange) {
  const auto id = parse_id<WebhookId>(exchange.variable);
  return id && exchange.queries().webhook(exchange.platform(), *id) ? id : std::nullopt;
}

Handled list_webhooks(Exchange& exchange) {
  const QueryString query(exchange.raw_query);
  const auto request = page_request(query, exchange.services.options.page_size);
  if (!request) return std::unexpected(request.error());
  const auto page = page_of(exchange.queries().webhooks(exchange.platform()), *request);
  if (!page) return std::unexpected(page.error());
  return answer_page(exchange, query, *request, *page, Envelope::plain);
}

Handled create_webhook(Exchange& exchange) {
  const auto body = read_body(exchange.request);
  if (!body) return std::unexpected(body.error());
  return submit(exchange, exchange.platform(), CreateWebhook::from(*body));
}

Handled retrieve_webhook(Exchange& exchange) {
  const auto id = parse_id<WebhookId>(exchange.variable);
  if (!id) return refuse(ProblemCode::not_found);
  return show(exchange, exchange.queries().webhook(exchange.platform(), *id));
}

Handled patch_webhook(Exchange& exchange) {
  const auto id = named_webhook(exchange);
  if (!id) return refuse(ProblemCode::not_found);
  const auto body = read_body(exchange.request);
  if (!body) return std::unexpected(body.error());
  return submit(exchange, exchange.platform(), UpdateWebhook::from(*id, *body));
}

Handled delete_webhook(Exchange& exchange) {
  const auto id = named_webhook(exchange);
  if (!id) return refuse(ProblemCode::not_found);
  return submit(exchange, exchange.platform(), DeleteWebhook{*id});
}

Handled list_deliveries(Exchange& exchange) {
  const auto id = named_webhook(exchange);
  if (!id) return refuse(ProblemCode::not_found);
  const QueryString query(exchange.raw_query);
  const auto request = page_request(query, exchange.services.options.page_size);
  if (!request) return std::unexpected(request.error());
  const auto page = page_of(exchange.services.webhook_deliveries.recent(exchange.platform(), *id), *request);
  if (!page) return std::unexpected(page.error());
  return answer_page(exchange, query, *request, *page, Envelope::plain);
}

Handled redeliver(Exchange& exchange) {
  if (const auto real = refuse_dry_run(exchange, "A delivery cannot be a dry run."); !real)
    return std::unexpected(real.error());
  const auto id = named_webhook(exchange);
  const auto event = parse_id<Position>(exchange.second_variable);
  if (!id || !event) return refuse(ProblemCode::not_found);
  auto delivery = exchange.services.webhook_deliveries.redeliver(exchange.platform(), *id, *event);
  if (!delivery) return std::unexpected(std::move(delivery.error()));
  return answer_json(*std::move(delivery), 202);
}

Handled ping_webhook(Exchange& exchange) {
  if (const auto real = refuse_dry_run(exchange, "A ping cannot be a dry run."); !real)
    return std::unexpected(real.error());
  const auto id = named_webhook(exchange);
  if (!id) return refuse(ProblemCode::not_found);
  const auto begun = [&exchange]() -> WebhookDeliveries::Told {
    return [completion = exchange.later(), shell = std::move(exchange.shell)](std::string json) mutable {
      Response response;
      response.body = std::move(json);
      put_on(response, std::move(shell));
      completion(std::move(response));
    };
  };
  const auto taken = exchange.services.webhook_deliveries.ping(exchange.platform(), *id, begun);
  if (!taken) return std::unexpected(taken.error());
  return std::nullopt;
}

}  // namespace

std::span<const Route> webhook_routes() {
  constexpr std::string_view kList = "/webhooks/";
  constexpr std::string_view kOne = "/webhooks/{id}/";
  static const std::vector<Route> routes = {
      {.method = "GET",
       .path = kList,
       .permission = "Ibl.CRM/Webhooks/list",
       .handler = at_length<list_webhooks>,
       .operation = {.id = "webhooks_list",
                     .summary = "List the platform's webhooks, without their secrets",
                     .answer = "PaginatedWebhookList",
                     .answer_description = "A page."},
       .is_list = true},
      {.method = "POST",
       .path = kList,
       .permission = "Ibl.CRM/Webhooks/write",
       .handler = create_webhook,
       .operation = {.id = "webhooks_create",
                     .summary = "Have the platform's events sent to a URL; `secret` is shown in this answer only",
                     .request = "Webhook",
                     .status = 201,
                     .answer = "Webhook",
                     .answer_description = "Created."},
       .creates = true,
       .repeatable = false},
      {.method = "GET",
       .path = kOne,
       .permission = "Ibl.CRM/Webhooks/read",
       .handler = retrieve_webhook,
       .operation = {.id = "webhooks_retrieve",
                     .summary = "Read a webhook",
                     .answer = "Webhook",
                     .others = {{404, "Webhook not found."}}},
       .has_version = true,
       .numbered = true},
      {.method = "PATCH",
       .path = kOne,
       .permission = "Ibl.CRM/Webhooks/write",
       .handler = patch_webhook,
       .operation = {.id = "webhooks_partial_update",
                     .summary = "Change a webhook; a secret that this sets is shown in this answer only",
                     .request = "PatchedWebhook",
                     .request_required = false,
                     .answer = "Webhook",
                     .others = {{404, "Webhook not found."}}},
       .has_version = true,
       .numbered = true},
      {.method = "DELETE",
       .path = kOne,
       .permission = "Ibl.CRM/Webhooks/delete",
       .handler = delete_webhook,
       .operation = {.id = "webhooks_destroy",
                     .summary = "Delete a webhook; what waits for it is dropped",
                     .status = 204,
                     .answer_description = "Deleted.",
                     .others = {{404, "Webhook not found."}}},
       .has_version = true,
       .numbered = true},
      {.method = "GET",
       .path = "/webhooks/{id}/deliveries/",
       .permission = "Ibl.CRM/Webhooks/read",
       .handler = at_length<list_deliveries>,
       .operation = {.id = "webhooks_deliveries_list",
                     .summary = "What was sent to a webhook lately and what waits, the newest event first",
                     .answer = "PaginatedWebhookDeliveryList",
                     .answer_description = "A page.",
                     .others = {{404, "Webhook or page not found."}}},
       .is_list = true,
       .numbered = true},
      {.method = "POST",
       .path = "/webhooks/{id}/deliveries/{delivery}/redeliver/",
       .permission = "Ibl.CRM/Webhooks/action",
       .handler = at_length<redeliver>,
       .operation = {.id = "webhooks_deliveries_redeliver_create",
                     .summary = "Send one of the listed deliveries again, as soon as can be",
                     .status = 202,
                     .answer = "WebhookDelivery",
                     .answer_description = "It waits for its turn.",
                     .others = {{404, "Webhook or delivery not found."}}},
       .numbered = true,
       .repeatable = false,
       .writes = false},
      {.method = "POST",
       .path = "/webhooks/{id}/ping/",
       .permission = "Ibl.CRM/Webhooks/action",
       .handler = ping_webhook,
       .operation = {.id = "webhooks_ping_create",
                     .summary = "Send a signed ping now, and see what comes back; takes half a minute at most",
                     .answer = "WebhookPing",
                     .answer_description = "What came of it.",
                     .others = {{404, "Webhook not found."}}},
       .numbered = true,
       .repeatable = false,
       .writes = false},
  };
  return routes;
}

}  // namespace annals::http
