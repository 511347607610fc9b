#include "http/transport/answer.hpp"

#include <spdlog/spdlog.h>

#include <boost/beast/http/status.hpp>

#include "core/append_number.hpp"
#include "core/json.hpp"
#include "http/transport/characters.hpp"

namespace annals::http {
namespace {

constexpr std::size_t kRequestIdBytesMax = 128;
constexpr ByteSet kRequestIdChars = kAlphanumeric.with('-', '.').with('_', '_');

bool stays_in_its_line(std::string_view value) {
  return !value.empty() ? !check_field_line(value) : true;
}

bool has_content(unsigned status) {
  return status != 204 && status != 304;
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

/// What kind of body follows, and where it ends: at the end of the connection when nothing says so.
void append_content_headers(const Response& response, bool http_1_0, std::string& out) {
  if (response.streamed_body) {
    append_header(out, "Content-Type", response.content_type);
    if (!http_1_0) append_header(out, "Transfer-Encoding", "chunked");
    return;
  }
  const std::string_view content = content_of(response);
  if (!content.empty()) append_header(out, "Content-Type", response.content_type);
  out += "Content-Length: ";
  append_number(out, content.size());
  out += "\r\n";
}

void append_own_headers(const Response& response, std::string& out) {
  for (const auto& [name, value] : response.headers) {
    if (stays_in_its_line(value)) {
      append_header(out, name, value);
    } else {
      spdlog::error("A value of the header {} was left out of an answer: it held control characters.", name);
    }
  }
}

}  // namespace

Response internal_error() {
  Response response;
  response.status = 500;
  response.body = kInternalErrorBody;
  return response;
}

Response wire_error(const WireError& error) {
  Response response;
  response.status = error.status;
  response.body = R"({"detail": )";
  append_json_string(response.body, error.detail);
  response.body += '}';
  response.close = true;
  return response;
}

bool is_request_id(std::string_view given) {
  return !given.empty() && given.size() <= kRequestIdBytesMax && kRequestIdChars.has_all(given);
}

std::string common_headers(std::time_t now) {
  constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  gmtime_r(&now, &utc);
  return fmt::format(
      "Server: annals\r\nX-Content-Type-Options: nosniff\r\nDate: {}, {:02} {} {} {:02}:{:02}:{:02} GMT\r\n",
      days[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday, months[static_cast<std::size_t>(utc.tm_mon)],
      utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

std::string_view content_of(const Response& response) {
  if (!has_content(response.status)) return {};
  return response.shared_body ? std::string_view(*response.shared_body) : std::string_view(response.body);
}

void append_head(const Response& response, const AnswerShape& shape, std::string& out) {
  const auto reason = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(response.status));
  out += "HTTP/1.1 ";
  append_number(out, response.status);
  out += ' ';
  out.append(reason.data(), reason.size());
  out += "\r\n";
  out += shape.common;
  append_header(out, "X-Request-Id", shape.request_id);
  if (has_content(response.status)) append_content_headers(response, shape.http_1_0, out);
  append_own_headers(response, out);
  out += shape.cors;
  if (shape.close) out += "Connection: close\r\n";
  if (shape.http_1_0 && !shape.close) out += "Connection: keep-alive\r\n";
  out += "\r\n";
}

}  // namespace annals::http
