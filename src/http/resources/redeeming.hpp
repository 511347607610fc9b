#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "http/resources/exchange.hpp"

/// What redeeming over the API and on the page has in common.
namespace annals::http {

/// Takes a try of the client, and then one of the address unless that is blank. The seconds until the next one, when
/// there is none.
std::optional<std::uint64_t> out_of_tries(const Exchange& exchange, std::string_view email);

/// Of a key that names none, the system platform: it has no invitation, so that the answer comes the same way.
PlatformId platform_to_join(const Exchange& exchange, std::string_view key);

/// The invitation that the secret opens now.
std::optional<OpenInvitation> invitation_opened_by(const Exchange& exchange, std::string_view platform_key,
                                                   std::string_view email, std::string_view secret);

}  // namespace annals::http
