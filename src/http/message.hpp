#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "http/transport/headers.hpp"

namespace annals::http {

/// Something that the resources found out about a connection and would otherwise find out anew at its next request.
struct Remembered {
  virtual ~Remembered() = default;
};

/// What the resources note about a connection for its next requests. Nobody else touches it while a request of that
/// connection is being answered.
struct ConnectionNotes {
  /// Connections with the same number share one turn at their I/O thread: a platform's.
  std::uint64_t share = 0;
  std::unique_ptr<Remembered> remembered;
};

/// A request as the transport read it. Views live until the answer has been handed over.
struct Request {
  std::string_view method;  ///< as sent: `GET`, `PATCH`, also unknown ones
  std::string_view target;  ///< origin form: raw path and query
  const Headers& headers;
  std::string_view body;
  bool body_too_large = false;      ///< over the limit: `body` is empty, the connection closes after the answer
  std::string_view remote_address;  ///< of the peer, or what a trusted proxy said
  std::string_view scheme;          ///< `http` or `https`, as the client sees it
  std::string_view host;            ///< as the client sees it
  std::string_view request_id;      ///< the request's own when sane, else a new one
  ConnectionNotes& connection;

  /// The first of that name; empty: none.
  std::string_view header(Headers::Field name) const { return headers.find(name).value_or(std::string_view()); }
};

struct Response {
  /// Few answers have more headers of their own, so that they cost no allocation.
  using OwnHeaders = boost::container::small_vector<std::pair<std::string_view, std::string>, 2>;

  unsigned status = 200;
  std::string body;
  std::string_view content_type = "application/json";  ///< a literal
  OwnHeaders headers;                                  ///< names are literals
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
