#pragma once

#include <boost/beast/http/fields.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace annals::http {

/// A request as the transport read it. Views live until the answer has been handed over.
struct Request {
  std::string_view method;  ///< as sent: `GET`, `PATCH`, also unknown ones
  std::string_view target;  ///< origin form: raw path and query
  const boost::beast::http::fields& fields;
  std::string_view body;
  bool body_too_large = false;  ///< over the limit: `body` is empty, the connection closes after the answer
  std::string remote_address;   ///< of the peer, or what a trusted proxy said
  std::string scheme;           ///< `http` or `https`, as the client sees it
  std::string host;             ///< as the client sees it
  std::string request_id;       ///< the request's own when sane, else a new one

  std::string_view header(boost::beast::http::field name) const {
    const auto value = fields[name];
    return {value.data(), value.size()};
  }
  std::string_view header(std::string_view name) const {
    const auto value = fields[name];
    return {value.data(), value.size()};
  }
};

struct Response {
  unsigned status = 200;
  std::string body;
  std::string_view content_type = "application/json";             ///< a literal
  std::vector<std::pair<std::string_view, std::string>> headers;  ///< names are literals
  bool close = false;
  std::string_view route = "other";  ///< the route's template, for metrics and the log; a literal or of static life
  std::string user;                  ///< for the log; empty: nobody

  std::shared_ptr<const std::string> shared_body;  ///< sent instead of `body` when set (the documents)
};

/// Hands the answer over from any thread, once.
using Completion = std::move_only_function<void(Response)>;

/// What stands between the transport and the resources.
class RequestHandler {
 public:
  virtual ~RequestHandler() = default;
  /// The answer, or nullopt when `later()` was called and the Completion it gave will be. Runs on I/O threads; must not
  /// block for long. The request's views stay valid until the Completion has been called.
  virtual std::optional<Response> handle(const Request& request, const std::function<Completion()>& later) = 0;
};

}  // namespace annals::http
