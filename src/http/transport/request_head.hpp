#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "http/transport/headers.hpp"

namespace annals::http {

/// A request that cannot be served: what the answer says before the connection closes.
struct WireError {
  unsigned status;
  std::string_view detail;  ///< a literal
};

inline constexpr std::size_t kMethodBytesMax = 32;
inline constexpr std::size_t kTargetBytesMax = 8192;
inline constexpr std::size_t kFieldsMax = 200;

struct RequestLine {
  std::string_view method;
  std::string_view target;  ///< as sent
  bool http_1_1 = true;
};

/// Splits `line` (without CRLF): method, target and version, each by its own grammar. 400, 414, 501 or 505.
std::optional<WireError> read_request_line(std::string_view line, RequestLine& out);

/// Refuses what a lenient reader might see otherwise: folded lines, control characters, a name that is no name. 400.
std::optional<WireError> check_field_line(std::string_view line);

/// Reads one whole head with Beast's parser, field by field, and keeps what decides about framing.
/// Request smuggling ends here: every rule of framing is checked on the fields as they arrive, none is guessed.
class HeadParser final : public boost::beast::http::basic_parser<true> {
 public:
  HeadParser(Headers& headers, std::size_t head_bytes);

  /// `head` from its first byte to the empty line. 400, 417 or 501.
  std::optional<WireError> parse(std::string_view head, bool http_1_1);

  std::optional<std::uint64_t> content_bytes() const { return content_bytes_; }
  bool chunked() const { return chunked_; }
  bool expects_continue() const { return expects_continue_; }
  std::string_view host() const { return host_; }  ///< a view into the head
  bool has_host() const { return hosts_ != 0; }
  std::string_view request_id() const { return request_id_; }  ///< a view into the head

 private:
  using Verb = boost::beast::http::verb;
  using Field = boost::beast::http::field;
  using Text = boost::beast::string_view;
  using ErrorCode = boost::beast::error_code;

  void on_field(Field name, std::string_view name_text, std::string_view value);
  void on_content_length(std::string_view value);
  void on_transfer_encoding(std::string_view value);
  void refuse(unsigned status, std::string_view detail);

  void on_request_impl(Verb, Text, Text, int, ErrorCode& error) override { error = {}; }
  void on_response_impl(int, Text, int, ErrorCode& error) override { error = {}; }
  void on_field_impl(Field name, Text name_text, Text value, ErrorCode& error) override;
  void on_header_impl(ErrorCode& error) override { error = {}; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode& error) override { error = {}; }
  std::size_t on_body_impl(Text, ErrorCode& error) override;
  void on_chunk_header_impl(std::uint64_t, Text, ErrorCode& error) override { error = {}; }
  std::size_t on_chunk_body_impl(std::uint64_t, Text, ErrorCode& error) override;
  void on_finish_impl(ErrorCode& error) override { error = {}; }

  Headers& headers_;
  std::optional<WireError> error_;
  std::optional<std::uint64_t> content_bytes_;
  std::string_view host_;
  std::string_view request_id_;
  std::size_t field_count_ = 0;
  unsigned hosts_ = 0;
  unsigned transfer_encodings_ = 0;
  bool chunked_ = false;
  bool expects_continue_ = false;
};

}  // namespace annals::http
