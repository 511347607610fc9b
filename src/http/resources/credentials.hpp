#pragma once

#include <string_view>

#include "core/access.hpp"
#include "core/problem.hpp"
#include "core/time.hpp"
#include "http/message.hpp"
#include "projections/queries.hpp"

namespace annals::http {

/// Whom the request's key speaks for; never nullptr, and good until the connection's next request. A connection that
/// sends the same header again costs a comparison. Problems: not_authenticated without a header, invalid_token for a
/// malformed one and for a key that is unknown, revoked or expired.
Result<const Caller*> authenticate(const Request& request, const Queries& queries, Timestamp now);

/// The key in `<scheme> <key>`, scheme any of Api-Token, Api-Key, Token and Bearer in either case; empty when
/// malformed.
std::string_view key_in(std::string_view authorization);

}  // namespace annals::http
