#pragma once

#include "http/resources/exchange.hpp"

namespace annals::http {

inline constexpr Parameter kAsOf = {
    "as_of", R"({"type":"string"})",
    "A position or a time: the answer as it stood then, after the last whole commit at or before; a date means its "
    "last instant, the future the newest there is. What was erased since is not shown."};
inline constexpr std::string_view kAsOfPosition = "X-As-Of-Position";

/// Lets the route answer from the records as they stood at what the query's `as_of` names, a position or a time,
/// rounded down to a whole commit; from those of now without one, and where the route has no past. Problem:
/// invalid_fields for one that cannot be read.
Handled read_as_of(Exchange& exchange);

}  // namespace annals::http
