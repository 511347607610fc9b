#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "http/message.hpp"
#include "http/transport/request_head.hpp"

namespace annals::http {

inline constexpr std::string_view kInternalErrorBody = R"({"detail": "Internal server error."})";

Response internal_error();
Response wire_error(const WireError& error);

/// Whether an X-Request-Id is taken as given: 1 to 128 letters, digits, dots, hyphens and underscores.
bool is_request_id(std::string_view given);

/// What every answer carries, with the date of `now`: Server, X-Content-Type-Options, Date.
std::string common_headers(std::time_t now);

struct AnswerShape {
  std::string_view request_id;
  std::string_view common;  ///< of common_headers
  std::string_view cors;    ///< whole header lines, or nothing
  bool close = false;
  bool http_1_0 = false;  ///< the peer needs to be told that the connection is kept, and knows no chunks
};

/// The bytes that `response` sends when it is not streamed; empty for what has no content (204, 304).
std::string_view content_of(const Response& response);
/// Appends the status line and all headers, with the empty line. A value that would break out of its line is left out.
void append_head(const Response& response, const AnswerShape& shape, std::string& out);

}  // namespace annals::http
