#pragma once

#include <optional>

#include "core/problem.hpp"
#include "http/ports.hpp"
#include "http/resources/exchange.hpp"

namespace annals::http {

inline constexpr std::size_t kIdempotencyKeyMax = 255;

/// The digests of the request's Idempotency-Key and of the request itself; nothing without a key, or where the route
/// does not honour one. Problem: bad_request when the key is empty, too long or not printable ASCII.
Result<std::optional<Submission::Idempotency>> idempotency_of(const Exchange& exchange, PlatformId platform);

}  // namespace annals::http
