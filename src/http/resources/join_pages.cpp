#include "http/resources/join_pages.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "commands/fields/spelling.hpp"
#include "core/base64.hpp"
#include "core/crypto.hpp"
#include "http/problems.hpp"

namespace annals::http {
namespace {

constexpr std::string_view kStyle =
    "body{margin:0;font:1rem/1.5 system-ui,sans-serif;color:#1a1a1a;background:#f4f4f2}"
    "main{max-width:28rem;margin:10vh auto;padding:2rem;background:#fff;border:1px solid #d4d4d0;border-radius:.5rem}"
    "h1{margin:0 0 1rem;font-size:1.4rem;line-height:1.25;overflow-wrap:anywhere}p{overflow-wrap:anywhere}"
    "label{display:block;margin-top:1rem;font-weight:600}"
    "input{box-sizing:border-box;width:100%;padding:.5rem;font:inherit;border:1px solid #767676;border-radius:.25rem}"
    "button{margin-top:1.5rem;padding:.6rem 1.2rem;font:inherit;color:#fff;background:#1f4e8c;border:0;"
    "border-radius:.25rem;cursor:pointer}"
    ".fault{color:#a3141b}";

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

/// Where the answer to the form may lead: a browser holds redirects to what the page allows forms. A host that the
/// policy's grammar cannot name is allowed by its scheme.
std::string form_targets(std::string_view redirect_to) {
  if (!is_redirect_target(redirect_to)) return "'self'";
  const auto host_from = redirect_to.find("//") + 2;
  const auto origin = redirect_to.substr(0, redirect_to.find_first_of("/?#", host_from));
  const bool nameable = std::ranges::all_of(origin.substr(host_from), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == ':';
  });
  return "'self' " + std::string(nameable ? origin : redirect_to.substr(0, host_from - 2));
}

Response page(unsigned status, std::string_view title, std::string_view content, std::string_view redirect_to = {}) {
  static const auto style_hash = to_base64(as_view(sha256(kStyle)));
  Response response;
  response.status = status;
  response.content_type = "text/html; charset=utf-8";
  response.headers.emplace_back("Content-Security-Policy", "default-src 'none'; img-src data:; style-src 'sha256-" +
                                                               style_hash + "'; form-action " +
                                                               form_targets(redirect_to) +
                                                               "; base-uri 'none'; frame-ancestors 'none'");
  response.headers.emplace_back("Cache-Control", "no-store");
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  auto& html = response.body;
  html =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"robots\" content=\"noindex\">\n<title>";
  html += escaped(title);
  html += "</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>";
  html += kStyle;
  html += "</style>\n</head>\n<body>\n<main>\n<h1>";
  html += escaped(title);
  html += "</h1>\n";
  html += content;
  html += "</main>\n</body>\n</html>\n";
  return response;
}

std::string hidden(std::string_view name, std::string_view value) {
  return "<input type=\"hidden\" name=\"" + std::string(name) + "\" value=\"" + escaped(value) + "\">\n";
}

std::string fault_lines(const FieldErrors& faults) {
  std::string lines;
  for (const auto& fault : faults) {
    for (const auto& message : fault.messages) lines += escaped(fault.field + ": " + message) + ' ';
  }
  return lines.empty() ? lines : "<p class=\"fault\" role=\"alert\">" + lines + "</p>\n";
}

}  // namespace

Response invitation_page(const OpenInvitation& invitation, const JoinLink& link, const FieldErrors& faults) {
  const auto inviter = invitation.inviter.empty() ? std::string("You are invited") : escaped(invitation.inviter);
  std::string content = "<p>" + inviter + (invitation.inviter.empty() ? "" : " invites you") + " to join <strong>" +
                        escaped(invitation.platform_name) + "</strong> as " + escaped(invitation.email) + ".</p>\n";
  content += fault_lines(faults);
  // To where the page is, behind whatever prefix a proxy serves it under, without the secret in the query.
  content += "<form method=\"post\" action=\"?\">\n";
  content += hidden("platform_key", link.platform_key) + hidden("email", link.email) + hidden("token", link.secret);
  if (!invitation.has_account) {
    content +=
        "<label for=\"name\">Your name</label>\n"
        "<input id=\"name\" name=\"name\" type=\"text\" maxlength=\"255\" autocomplete=\"name\">\n";
  }
  content += "<button type=\"submit\">Accept the invitation</button>\n</form>\n";
  return page(faults.empty() ? 200 : 400, "Join " + invitation.platform_name, content, invitation.redirect_to);
}

Response joined_page(std::string_view platform_name) {
  return page(200, "Welcome to " + std::string(platform_name),
              "<p>You have accepted the invitation. You can close this page.</p>\n");
}

Response no_invitation_page() {
  return page(404, "This invitation cannot be used",
              "<p>It may have been used already, taken back, or run out, or the link is not whole. Ask whoever invited "
              "you for a new one.</p>\n");
}

Response problem_page(const Problem& problem) {
  if (problem.code == ProblemCode::not_found) return no_invitation_page();
  auto plain = respond(problem);
  const bool later = plain.status == 503 || plain.status == 429;
  auto response = later ? page(plain.status, "Please try again", "<p>Not just now. Try again in a moment.</p>\n")
                        : page(plain.status, "This did not work", "<p>Open the link in your invitation again.</p>\n");
  std::ranges::move(plain.headers, std::back_inserter(response.headers));
  return response;
}

Response throttled_page(std::uint64_t retry_seconds) {
  auto response = page(429, "Please try again", "<p>There were too many tries. Try again in a while.</p>\n");
  response.headers.emplace_back("Retry-After", std::to_string(retry_seconds));
  return response;
}

}  // namespace annals::http
