#pragma once

#include <array>
#include <atomic>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "http/message.hpp"
#include "http/metrics.hpp"
#include "http/server.hpp"
#include "http/transport/access_log.hpp"
#include "http/transport/cors.hpp"
#include "http/transport/proxies.hpp"
#include "http/transport/turns.hpp"

namespace annals::http {

/// The executor's own type, not a type-erased one: it is worth a microsecond a request.
using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
using ErrorCode = boost::system::error_code;
using SteadyTime = std::chrono::steady_clock::time_point;

/// What all threads of a server share.
struct Serving {
  Serving(const ServerOptions& given, RequestHandler& answering, Metrics& measuring, AddressBlocks proxies,
          std::optional<boost::asio::ssl::context> context)
      : options(given),
        handler(answering),
        metrics(measuring),
        cors(given.cors_origins),
        trusted(std::move(proxies)),
        tls(std::move(context)),
        access_log(given.log_requests, given.threads) {}

  const ServerOptions options;
  RequestHandler& handler;
  Metrics& metrics;
  const Cors cors;
  const AddressBlocks trusted;
  std::optional<boost::asio::ssl::context> tls;
  AccessLog access_log;
  std::atomic<std::size_t> open{0};     ///< connections being served
  std::atomic<std::size_t> refused{0};  ///< connections over the limit, being told so
  std::atomic<bool> stopping{false};
};

/// What all connections of one I/O thread share. Only that thread touches it.
struct ThreadState {
  explicit ThreadState(boost::asio::io_context& context) : turns(context) {}

  SteadyTime now = std::chrono::steady_clock::now();  ///< of the last sweep
  std::string common_headers;                         ///< with the date of the last sweep
  AccessLog::Lane* access_lane = nullptr;             ///< nullptr: no access log
  std::array<char, 16384> discarded;                  ///< where bytes go that nobody wants
  Turns turns;
};

inline constexpr std::chrono::milliseconds kSweepInterval{250};

}  // namespace annals::http
