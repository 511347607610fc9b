#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/problem.hpp"
#include "http/message.hpp"

namespace annals::http {

/// The one place that turns a problem into status, body and headers.
Response respond(const Problem& problem);

/// 429, with the seconds after which it is worth trying again.
Response throttled(std::uint64_t retry_seconds);

/// `{"detail": "…"}`
std::string detail_json(std::string_view sentence);

}  // namespace annals::http
