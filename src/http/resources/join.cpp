#include "commands/fields/spelling.hpp"
#include "core/json.hpp"
#include "http/resources/body_reading.hpp"
#include "http/resources/join_pages.hpp"
#include "http/resources/percent.hpp"
#include "http/resources/redeeming.hpp"
#include "http/resources/tables.hpp"

namespace annals::http {
namespace {

constexpr std::string_view kHtml = "text/html; charset=utf-8";

std::optional<Response> not_ready(const Exchange& exchange) {
  if (!exchange.services.readiness.not_ready_reason()) return std::nullopt;
  return problem_page(Problem(ProblemCode::store_unavailable));
}

std::optional<OpenInvitation> invitation_of(const Exchange& exchange, const JoinLink& link) {
  return invitation_opened_by(exchange, link.platform_key, link.email, link.secret);
}

/// Only looks: what scans mails opens links.
Handled show_invitation(Exchange& exchange) {
  if (auto page = not_ready(exchange)) return page;
  const QueryString query(exchange.raw_query);
  const auto value = [&](std::string_view name) { return std::string(query.value(name).value_or("")); };
  const JoinLink link{value("platform_key"), value("email"), value("token")};
  if (const auto seconds = out_of_tries(exchange, link.email)) return throttled_page(*seconds);
  const auto invitation = invitation_of(exchange, link);
  return invitation ? invitation_page(*invitation, link) : no_invitation_page();
}

/// The value of `redirect_to` in the answer to RedeemInvitation, once more made sure to be one.
std::optional<std::string> redirect_target(const Answer& answer) {
  for (const auto& [name, value] : json_members(answer.body)) {
    if (name != "redirect_to" || json_kind(value) != JsonKind::string) continue;
    auto target = json_string(value);
    if (is_redirect_target(target)) return target;
  }
  return std::nullopt;
}

/// A header holds ASCII; browsers read the rest from its percent-encoding, in hosts too.
std::string in_ascii(std::string_view url) {
  std::string out;
  for (const char& c : url) {
    if (static_cast<unsigned char>(c) < 0x80) {
      out += c;
    } else {
      append_percent_encoded(out, {&c, 1});
    }
  }
  return out;
}

Response joined(const Answer& answer, const OpenInvitation& invitation) {
  auto response = joined_page(invitation.platform_name);
  const auto target = redirect_target(answer);
  if (!target) return response;
  response.status = 303;
  response.body.clear();
  response.headers.emplace_back("Location", in_ascii(*target));
  return response;
}

Handled accept_invitation(Exchange& exchange) {
  if (auto page = not_ready(exchange)) return page;
  const auto body = read_body(exchange.request);
  auto command = RedeemInvitation::from(body ? *body : Body{});
  if (const auto seconds = out_of_tries(exchange, command.email)) return throttled_page(*seconds);
  if (!body) return problem_page(body.error());
  JoinLink link{command.platform_key, command.email, command.secret};
  auto invitation = invitation_of(exchange, link);
  if (!invitation) return no_invitation_page();
  const auto platform = platform_to_join(exchange, link.platform_key);
  return submit(exchange, platform, std::move(command),
                [invitation = *std::move(invitation), link = std::move(link)](Result<Answer> answer) {
                  if (answer) return joined(*answer, invitation);
                  const auto& problem = answer.error();
                  return problem.code == ProblemCode::invalid_fields ? invitation_page(invitation, link, problem.fields)
                                                                     : problem_page(problem);
                });
}

std::vector<OtherAnswer> other_answers() {
  return {{400, "A field is wrong; the page says which.", ""},
          {404, "The link is no good, for whatever reason.", ""},
          {413, "The body is too large.", ""},
          {415, "Unsupported media type.", ""},
          {429, "Too many tries of this client or for this address; `Retry-After` says when to come back.", ""},
          {503, "Not now; `Retry-After` says when to come back.", ""}};
}

}  // namespace

std::span<const Route> join_routes() {
  static const std::vector<Route> routes = {
      {.method = "GET",
       .path = "/join/",
       .permission = kAnyone,
       .handler = show_invitation,
       .operation = {.id = "join_retrieve",
                     .summary = "The page that the link in an invitation opens; opening it accepts nothing",
                     .answer = "Text",
                     .answer_description = "Who invites where to, and a form that accepts.",
                     .parameters = {{"platform_key", R"({"type":"string"})", "", true},
                                    {"email", R"({"type":"string"})", "", true},
                                    {"token", R"({"type":"string"})", "The secret.", true}},
                     .others = {{404, "The link is no good, for whatever reason.", ""},
                                {429, "Too many tries; `Retry-After` says when to come back.", ""},
                                {503, "Not now; `Retry-After` says when to come back.", ""}}},
       .content_type = kHtml},
      {.method = "POST",
       .path = "/join/",
       .permission = kAnyone,
       .handler = accept_invitation,
       .operation = {.id = "join_create",
                     .summary = "What the form on that page sends: redeems the invitation",
                     .request_forms = {{"application/x-www-form-urlencoded", "Redeeming"}},
                     .answer = "Text",
                     .answer_description = "Accepted; the invitation names no place to go on to.",
                     .others =
                         [] {
                           auto others = other_answers();
                           others.push_back({303, "Accepted; on to the invitation's `redirect_to`.", ""});
                           return others;
                         }()},
       .repeatable = false,
       .writes = false,
       .content_type = kHtml},
  };
  return routes;
}

}  // namespace annals::http
