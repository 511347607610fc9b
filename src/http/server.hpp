#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "http/message.hpp"
#include "http/metrics.hpp"

namespace annals::http {

struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;  ///< 0: any free one
  unsigned threads = 2;
  std::size_t body_bytes_max = 1u << 20;
  std::size_t header_bytes_max = 32u << 10;
  std::size_t connections_max = 10'000;
  std::chrono::milliseconds idle_timeout{75'000};     ///< between requests on a kept connection
  std::chrono::milliseconds request_timeout{30'000};  ///< first byte of a request to its last
  std::chrono::milliseconds write_timeout{30'000};    ///< until the peer has taken an answer, or a piece of one
  std::vector<std::string> cors_origins;              ///< `*` or exact origins; none: no CORS headers
  std::vector<std::string> trusted_proxies;           ///< addresses or CIDR blocks whose X-Forwarded-* count
  std::string tls_certificate_file;                   ///< with tls_key_file: HTTPS
  std::string tls_key_file;
  bool log_requests = true;
};

/// The transport: sockets to Requests, Responses to sockets. One io_context and one acceptor (SO_REUSEPORT) per thread.
class Server {
 public:
  virtual ~Server() = default;
  /// Binds; a sentence that says why when it cannot. Does not own `handler` and `metrics`.
  static std::expected<std::unique_ptr<Server>, std::string> bind(const ServerOptions& options, RequestHandler& handler,
                                                                  Metrics& metrics);
  virtual std::uint16_t port() const = 0;
  virtual void start() = 0;  ///< its threads begin to accept
  /// Stops accepting, lets what is in flight finish, closes; returns when all is closed or after `grace`.
  virtual void stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace annals::http
