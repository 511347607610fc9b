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

/// A body that is made piece by piece while it is sent. The next piece is asked for when the one before is on its way,
/// so a connection holds two of them at most, however slowly its peer reads. When the transport lets go of it, nobody
/// wants the rest.
class StreamedBody {
 public:
  struct Piece {
    enum class Then {
      more,
      end,
      abort,  ///< the connection closes, so that the peer knows that something is missing
    };
    std::string bytes;
    Then then = Then::more;
  };
  /// Takes the piece from any thread, once. Dropped unused, it aborts.
  using Next = std::move_only_function<void(Piece)>;

  virtual ~StreamedBody() = default;
  /// On an I/O thread, which it must not block; not again before `next` was called.
  virtual void produce(Next next) = 0;
  /// It may have nothing to say for long, and never end: a peer that closes its side has left.
  virtual bool is_live() const { return false; }
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
  std::shared_ptr<StreamedBody> streamed_body;     ///< likewise
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
  /// The server begins to stop: what waits for something to happen is to be answered now. Any thread.
  virtual void wind_down() {}
};

}  // namespace annals::http
