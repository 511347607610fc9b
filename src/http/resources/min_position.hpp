#pragma once

#include "http/resources/exchange.hpp"

namespace annals::http {

inline constexpr Parameter kMinPosition = {
    "min_position", R"({"type":"integer"})",
    "An X-Position: the answer waits until that is served, 503 when it takes too long."};

/// Lets the route answer once the position that the query's `min_position` names is served, at once without one.
/// Problem: invalid_fields for one that cannot be read.
Handled once_served(Exchange& exchange);

}  // namespace annals::http
