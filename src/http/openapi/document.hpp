#pragma once

#include <span>
#include <string>
#include <string_view>

#include "http/resources/route.hpp"

namespace annals::http {

/// The OpenAPI 3.0 document of these routes: paths from the tables, schemas from openapi/components.json.
std::string openapi_document(std::span<const RouteTable> tables, std::string_view version);

/// `components`, as JSON.
std::string_view openapi_components();

}  // namespace annals::http
