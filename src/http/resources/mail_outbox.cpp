#include "http/mail_outbox.hpp"

#include "http/problems.hpp"
#include "http/resources/platform_records.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

Handled list_outbox(Exchange& exchange) {
  const auto platform = named_platform(exchange);
  if (!platform) return std::unexpected(platform.error());
  const QueryString query(exchange.raw_query);
  const auto request = page_request(query, exchange.services.options.page_size);
  if (!request) return std::unexpected(request.error());
  const auto key = exchange.queries().platform_key(*platform).value_or(std::string());
  const auto page = exchange.services.mail_outbox.list(*platform, key, *request, exchange.now);
  if (!page) return std::unexpected(page.error());
  return answer_page(exchange, query, *request, *page, Envelope::walkable);
}

Handled resend(Exchange& exchange) {
  const auto platform = named_platform(exchange);
  if (!platform) return std::unexpected(platform.error());
  if (const auto real = refuse_dry_run(exchange, "A mail cannot be a dry run."); !real) {
    return std::unexpected(real.error());
  }
  const auto id = parse_id<InvitationId>(exchange.variable);
  if (!id) return refuse(ProblemCode::not_found);
  const auto key = exchange.queries().platform_key(*platform).value_or(std::string());
  auto shown = exchange.services.mail_outbox.resend(*platform, key, *id, exchange.now);
  if (!shown) return std::unexpected(shown.error());
  return answer_json(*std::move(shown), 202);
}

}  // namespace

std::span<const Route> mail_outbox_routes() {
  static const std::vector<Route> routes = {
      {.method = "GET",
       .path = "/api/catalog/invitations/platform/outbox/",
       .permission = kTenantAdmin,
       .handler = at_length<list_outbox>,
       .operation = {.id = "catalog_invitations_platform_outbox_list",
                     .summary =
                         "List the invitations that can be redeemed, the newest first, with their links and what "
                         "became of their mails",
                     .answer = "PaginatedOutboxEntryList",
                     .answer_description = "A page.",
                     .parameters = {kPlatformKey}},
       .is_list = true,
       .names_platform = true},
      {.method = "POST",
       .path = "/api/catalog/invitations/platform/outbox/{invitation_id}/resend/",
       .permission = kTenantAdmin,
       .handler = at_length<resend>,
       .operation = {.id = "catalog_invitations_platform_outbox_resend_create",
                     .summary = "Send an invitation's mail as soon as can be, once more if it was sent",
                     .status = 202,
                     .answer = "OutboxEntry",
                     .answer_description = "It will be sent.",
                     .parameters = {kPlatformKey},
                     .others = {{404, "No such invitation that can be redeemed, or no such platform."},
                                {409, "The server sends no mail."}}},
       .names_platform = true,
       .repeatable = false,
       .writes = false},
  };
  return routes;
}

}  // namespace annals::http
