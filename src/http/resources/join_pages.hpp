#pragma once

#include <string>
#include <string_view>

#include "core/problem.hpp"
#include "http/message.hpp"
#include "projections/queries.hpp"

/// The pages of `/join/`: HTML without scripts that nobody else may frame, keep or learn the address of.
namespace annals::http {

/// What the link in the mail names.
struct JoinLink {
  std::string platform_key;
  std::string email;
  std::string secret;
};

/// Who invites where to, and a form that accepts. `faults` are those of the form that was sent before.
Response invitation_page(const OpenInvitation& invitation, const JoinLink& link, const FieldErrors& faults = {});
/// Accepted, and nowhere to go on to.
Response joined_page(std::string_view platform_name);
/// The same for every link that is no good.
Response no_invitation_page();
/// What kept the request from being answered otherwise.
Response problem_page(const Problem& problem);
Response throttled_page(std::uint64_t retry_seconds);

}  // namespace annals::http
