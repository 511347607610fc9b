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
  };
  return routes;
}

}  // namespace annals::http
