#include "http/transport/request_head.hpp"

#include <limits>

#include "http/transport/characters.hpp"

namespace annals::http {
namespace {

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && byte != '\t') || byte == 0x7F;
}

std::optional<WireError> read_version(std::string_view text, bool& http_1_1) {
  const bool shaped =
      text.size() == 8 && text.starts_with("HTTP/") && kDigits.has(text[5]) && text[6] == '.' && kDigits.has(text[7]);
  if (!shaped) return WireError{400, "Malformed request line."};
  if (text[5] != '1' || text[7] > '1') return WireError{505, "HTTP version not supported."};
  http_1_1 = text[7] == '1';
  return std::nullopt;
}

}  // namespace

std::optional<WireError> read_request_line(std::string_view line, RequestLine& out) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return WireError{400, "Malformed request line."};
  out.method = line.substr(0, first);
  out.target = line.substr(first + 1, last - first - 1);
  if (out.method.empty() || !kTokenChars.has_all(out.method)) return WireError{400, "Malformed request line."};
  if (out.target.size() > kTargetBytesMax) return WireError{414, "Request target too long."};
  if (out.target.empty() || !kTargetChars.has_all(out.target)) return WireError{400, "Malformed request target."};
  if (const auto error = read_version(line.substr(last + 1), out.http_1_1)) return error;
  if (out.method.size() > kMethodBytesMax) return WireError{501, "Unknown request method."};
  return std::nullopt;
}

std::optional<WireError> check_field_line(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t') return WireError{400, "Folded header lines are not accepted."};
  bool control = false;
  for (const char c : line) control |= is_control(c);
  if (control) return WireError{400, "Malformed header."};
  return std::nullopt;
}

HeadParser::HeadParser(Headers& headers, std::size_t head_bytes) : headers_(headers) {
  header_limit(
      static_cast<std::uint32_t>(std::min<std::size_t>(head_bytes, std::numeric_limits<std::uint32_t>::max())));
  skip(true);
}

std::optional<WireError> HeadParser::parse(std::string_view head, bool http_1_1) {
  ErrorCode error;
  put(boost::asio::const_buffer(head.data(), head.size()), error);
  if (error_) return error_;
  if (error || !is_header_done()) return WireError{400, "Malformed header."};
  if (hosts_ > 1) return WireError{400, "More than one Host header."};
  if (http_1_1 && hosts_ == 0) return WireError{400, "Missing Host header."};
  if (transfer_encodings_ != 0 && (content_bytes_ || !http_1_1)) return WireError{400, "Ambiguous message length."};
  if (transfer_encodings_ != 0 && !chunked_) return WireError{501, "Unknown transfer encoding."};
  return std::nullopt;
}

void HeadParser::refuse(unsigned status, std::string_view detail) {
  if (!error_) error_ = WireError{status, detail};
}

void HeadParser::on_field_impl(Field name, Text name_text, Text value, ErrorCode& error) {
  error = {};
  if (++field_count_ > kFieldsMax) refuse(431, "Too many headers.");
  on_field(name, view(name_text), view(value));
  if (error_) {
    error = boost::beast::http::error::bad_field;
    return;
  }
  headers_.add(name, view(name_text), view(value));
}

void HeadParser::on_field(Field name, std::string_view name_text, std::string_view value) {
  if (name == Field::host) {
    ++hosts_;
    host_ = value;
  } else if (name == Field::content_length) {
    on_content_length(value);
  } else if (name == Field::transfer_encoding) {
    on_transfer_encoding(value);
  } else if (name == Field::expect) {
    if (!equal_ignoring_case(value, "100-continue")) return refuse(417, "Unknown expectation.");
    expects_continue_ = true;
  } else if (name == Field::unknown && equal_ignoring_case(name_text, "X-Request-Id")) {
    request_id_ = value;
  }
}

void HeadParser::on_content_length(std::string_view value) {
  if (content_bytes_) return refuse(400, "More than one Content-Length.");
  if (value.empty() || !kDigits.has_all(value)) return refuse(400, "Malformed Content-Length.");
  std::uint64_t bytes = 0;
  for (const char digit : value) {
    const auto next = static_cast<std::uint64_t>(digit - '0');
    if (bytes > (std::numeric_limits<std::uint64_t>::max() - next) / 10)
      return refuse(400, "Malformed Content-Length.");
    bytes = bytes * 10 + next;
  }
  content_bytes_ = bytes;
}

void HeadParser::on_transfer_encoding(std::string_view value) {
  if (++transfer_encodings_ > 1) return refuse(400, "More than one Transfer-Encoding.");
  chunked_ = equal_ignoring_case(value, "chunked");
}

std::size_t HeadParser::on_body_impl(Text, ErrorCode& error) {
  error = boost::beast::http::error::unexpected_body;
  return 0;
}

std::size_t HeadParser::on_chunk_body_impl(std::uint64_t, Text, ErrorCode& error) {
  error = boost::beast::http::error::unexpected_body;
  return 0;
}

}  // namespace annals::http
