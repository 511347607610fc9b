#include "http/problems.hpp"
#include "http/resources/platform_records.hpp"
#include "http/resources/redeeming.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

using Value = std::string_view;

constexpr FilterField<InvitationFilter> kInvitationFilters[] = {
    {{"active", R"({"type":"boolean"})"},
     [](InvitationFilter& filter, Value value) { return read_boolean(value, filter.active); }},
    {{"email", R"({"type":"string"})", "Equal but for case."},
     [](InvitationFilter& filter, Value value) { return read_text(value, filter.email); }},
    {{"sort", R"({"type":"string","enum":["id","-id"]})"},
     [](InvitationFilter& filter, Value value) -> Fault {
       if (value != "id" && value != "-id") return no_such_choice(value);
       filter.newest_first = value == "-id";
       return {};
     }},
};

Handled list_invitations(Exchange& exchange) {
  const auto platform = named_platform(exchange);
  if (!platform) return std::unexpected(platform.error());
  const QueryString query(exchange.raw_query);
  const auto filter = read_filter<InvitationFilter>(query, kInvitationFilters);
  if (!filter) return std::unexpected(filter.error());
  const auto request = page_request(query, exchange.services.options.page_size);
  if (!request) return std::unexpected(request.error());
  const auto page = exchange.records().invitations(*platform, *filter, *request, exchange.now);
  if (!page) return std::unexpected(page.error());
  return answer_page(exchange, query, *request, *page, Envelope::walkable);
}

Handled invite_email(Exchange& exchange) {
  return create_in_platform(exchange, [](const Body& body) -> Command { return InviteEmail::from(body); });
}

/// By `id`, else by `email`.
Handled revoke_invitation(Exchange& exchange) {
  const auto platform = named_platform(exchange);
  if (!platform) return std::unexpected(platform.error());
  const QueryString query(exchange.raw_query);
  RevokeInvitation command;
  if (const auto id = query.value("id")) {
    command.invitation = parse_id<InvitationId>(*id);
    if (!command.invitation) return std::unexpected(Problem(FieldErrors{{"id", {"A valid integer is required."}}}));
  } else {
    auto fault = read_text(query.value("email").value_or(""), command.email);
    if (fault.empty() && command.email.empty()) fault = "This field is required.";
    if (!fault.empty()) return std::unexpected(Problem(FieldErrors{{"email", {std::move(fault)}}}));
  }
  return submit(exchange, *platform, std::move(command));
}

/// Whether an active invitation exists, for somebody who has no key yet.
Handled check_invitation(Exchange& exchange) {
  const auto verdict =
      exchange.services.unauthenticated.take(network_of(exchange.request.remote_address), exchange.now);
  if (!verdict.allowed) return throttled(verdict.retry_seconds);
  const QueryString query(exchange.raw_query);
  std::string email;
  auto fault = read_text(query.value("email").value_or(""), email);
  if (fault.empty() && email.empty()) fault = "This field is required.";
  if (!fault.empty()) return std::unexpected(Problem(FieldErrors{{"email", {std::move(fault)}}}));
  std::optional<PlatformId> platform;
  if (const auto key = query.value("platform_key")) {
    platform = exchange.queries().platform_with_key(*key);
    if (!platform) return refuse(ProblemCode::not_found);
  }
  if (!exchange.queries().active_invitation_exists(platform, email, exchange.now)) {
    return refuse(ProblemCode::not_found);
  }
  return answer_json(R"({"active":true})");
}

/// For somebody who has no key yet, but the secret.
Handled redeem_invitation(Exchange& exchange) {
  const auto body = read_body(exchange.request);
  auto command = RedeemInvitation::from(body ? *body : Body{});
  if (const auto seconds = out_of_tries(exchange, command.email)) return throttled(*seconds);
  if (!body) return std::unexpected(body.error());
  const auto platform = platform_to_join(exchange, command.platform_key);
  return submit(exchange, platform, std::move(command));
}

std::vector<Parameter> list_parameters() {
  auto parameters = parameters_of<InvitationFilter>(kInvitationFilters);
  parameters.push_back(kPlatformKey);
  return parameters;
}

}  // namespace

std::span<const Route> invitation_routes() {
  constexpr std::string_view kPath = "/api/catalog/invitations/platform/";
  constexpr std::string_view kInvite = "Ibl.CRM/Invite/action";
  static const std::vector<Route> routes = {
      {.method = "GET",
       .path = kPath,
       .permission = kInvite,
       .handler = at_length<list_invitations>,
       .operation = {.id = "catalog_invitations_platform_list",
                     .summary = "List the invitations of a platform",
                     .answer = "PaginatedInvitationList",
                     .answer_description = "A page.",
                     .parameters = list_parameters()},
       .is_list = true,
       .has_past = true,
       .names_platform = true},
      {.method = "POST",
       .path = kPath,
       .permission = kInvite,
       .handler = invite_email,
       .operation = {.id = "catalog_invitations_platform_create",
                     .summary = "Invite an email address, whether or not a person has it",
                     .request = "InvitationRequest",
                     .status = 201,
                     .answer = "Invitation",
                     .answer_description = "Created.",
                     .parameters = {kPlatformKey},
                     .others = {{409, "An active invitation for this email exists in this platform.",
                                 "InvitationConflict"}}},
       .names_platform = true},
      {.method = "DELETE",
       .path = kPath,
       .permission = kInvite,
       .handler = revoke_invitation,
       .operation = {.id = "catalog_invitations_platform_destroy",
                     .summary = "Revoke an active invitation",
                     .status = 204,
                     .answer_description = "Revoked.",
                     .parameters = {{"id", R"({"type":"integer"})", "Which one."},
                                    {"email", R"({"type":"string"})",
                                     "Instead of `id`: the active one of this address."},
                                    kPlatformKey},
                     .others = {{400, "Neither `id` nor `email`.", "BadRequest"},
                                {404, "No such active invitation, or no such platform."}}},
       .names_platform = true,
       .has_version = true},
      {.method = "GET",
       .path = "/api/catalog/invitations/platform/check/",
       .permission = kAnyone,
       .handler = check_invitation,
       .operation = {.id = "catalog_invitations_platform_check_retrieve",
                     .summary = "Whether an active invitation exists; needs no credentials, limited per client address",
                     .answer = "InvitationCheck",
                     .parameters = {{"email", R"({"type":"string"})", "", true},
                                    {"platform_key", R"({"type":"string"})", "Without it, any platform counts."}},
                     .others = {{400, "No `email`.", "BadRequest"},
                                {404, "None is active."},
                                {429, "Too many from this address."}}}},
      {.method = "POST",
       .path = "/api/catalog/invitations/platform/redeem/",
       .permission = kAnyone,
       .handler = redeem_invitation,
       .operation = {.id = "catalog_invitations_platform_redeem_create",
                     .summary = "Join a platform with the secret of an invitation; needs no credentials",
                     .request = "Redeeming",
                     .status = 201,
                     .answer = "Redemption",
                     .answer_description = "A new member.",
                     .others = {{200, "Somebody who has been a member before.", "Redemption"},
                                {404, "Wrong, used, revoked, expired or foreign: the same for all."},
                                {429,
                                 "Too many tries of this client or for this address; `Retry-After` says when to "
                                 "come back."},
                                {503, "Not now; `Retry-After` says when to come back."}}}},
  };
  return routes;
}

}  // namespace annals::http
