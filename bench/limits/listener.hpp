#pragma once

#include <sys/socket.h>

#include <boost/asio/detail/socket_option.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace limits {

/// One io_context and one listening socket on 127.0.0.1, run by one thread. Several share a port (SO_REUSEPORT).
template <class Socket>
class Listener {
 public:
  using Start = std::function<void(Socket)>;  ///< makes a session of a connection

  explicit Listener(std::uint16_t port) : acceptor_(context_), socket_(context_) {
    using ReusePort = boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
    const boost::asio::ip::tcp::endpoint endpoint(boost::asio::ip::address_v4::loopback(), port);
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(boost::asio::socket_base::reuse_address(true));
    acceptor_.set_option(ReusePort(true));
    acceptor_.bind(endpoint);
    acceptor_.listen();
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  boost::asio::io_context& context() { return context_; }

  void run(Start start) {
    start_ = std::move(start);
    accept();
    context_.run();
  }

 private:
  void accept() {
    acceptor_.async_accept(socket_, [this](boost::system::error_code error) {
      if (!error) {
        socket_.set_option(boost::asio::ip::tcp::no_delay(true), error);
        start_(std::exchange(socket_, Socket(context_)));
      }
      accept();
    });
  }

  boost::asio::io_context context_{1};
  boost::asio::ip::tcp::acceptor acceptor_;
  Socket socket_;
  Start start_;
};

inline void announce(std::uint16_t port) {
  std::printf("port %u\n", static_cast<unsigned>(port));
  std::fflush(stdout);
}

/// Listens with so many threads, each with its own io_context, until the process is ended.
template <class Socket>
void serve(std::uint16_t port, unsigned threads, const typename Listener<Socket>::Start& start) {
  std::vector<std::unique_ptr<Listener<Socket>>> listeners;
  for (unsigned i = 0; i < threads; ++i)
    listeners.push_back(std::make_unique<Listener<Socket>>(i == 0 ? port : listeners.front()->port()));
  announce(listeners.front()->port());
  std::vector<std::jthread> running;
  for (const auto& listener : listeners) running.emplace_back([&] { listener->run(start); });
}

}  // namespace limits
