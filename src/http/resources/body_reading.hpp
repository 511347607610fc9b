#pragma once

#include "commands/body.hpp"
#include "core/problem.hpp"
#include "http/message.hpp"
#include "http/resources/header_values.hpp"

namespace annals::http {

/// The body as named values, whatever its content type; an empty body has none. Problems: body_too_large,
/// unsupported_media_type, malformed_body.
Result<Body> read_body(const Request& request);

/// The same of the parts, for tests and fuzzers.
Result<Body> read_body(std::string_view content_type, std::string_view bytes);

/// No charset, or UTF-8.
bool is_utf8_charset(const HeaderValue& type);

/// Headers may hold bytes that are no UTF-8; what is answered does not.
std::unexpected<Problem> unsupported(std::string_view content_type);

}  // namespace annals::http
