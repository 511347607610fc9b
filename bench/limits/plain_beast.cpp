// The rate of a Beast session as its own examples write it: a fresh parser and http::async_read for each request, a
// string body, a fixed answer of 600 bytes. One io_context and one listening socket (SO_REUSEPORT) per thread.
#include <sys/socket.h>

#include <boost/asio/detail/socket_option.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "limits/answer.hpp"

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, const std::string& answer) : stream_(std::move(socket)), answer_(answer) {}

  void read() {
    parser_.emplace();
    parser_->body_limit(1u << 20);
    stream_.expires_after(std::chrono::seconds(30));
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](beast::error_code error, std::size_t) {
      if (!error) self->answer();
    });
  }

 private:
  void answer() {
    const auto& request = parser_->get();
    response_.emplace(http::status::ok, request.version());
    response_->set(http::field::server, "limit");
    response_->set(http::field::content_type, "application/json");
    response_->keep_alive(request.keep_alive());
    response_->body() = answer_;
    response_->prepare_payload();
    http::async_write(stream_, *response_, [self = shared_from_this()](beast::error_code error, std::size_t) {
      if (!error && self->response_->keep_alive()) self->read();
    });
  }

  beast::tcp_stream stream_;
  const std::string& answer_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> response_;
};

class Listener {
 public:
  Listener(std::uint16_t port, const std::string& answer) : acceptor_(context_), answer_(answer) {
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(asio::socket_base::reuse_address(true));
    acceptor_.set_option(ReusePort(true));
    acceptor_.bind(endpoint);
    acceptor_.listen();
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void run() {
    accept();
    context_.run();
  }

 private:
  void accept() {
    acceptor_.async_accept([this](beast::error_code error, tcp::socket socket) {
      if (!error) {
        socket.set_option(tcp::no_delay(true), error);
        std::make_shared<Session>(std::move(socket), answer_)->read();
      }
      accept();
    });
  }

  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  const std::string& answer_;
};

}  // namespace

int main(int argc, char** argv) {
  const limits::Options options = limits::read_options(argc, argv);
  const std::string answer = limits::fixed_answer();
  std::vector<std::unique_ptr<Listener>> listeners;
  for (unsigned i = 0; i < options.threads; ++i)
    listeners.push_back(std::make_unique<Listener>(i == 0 ? options.port : listeners.front()->port(), answer));
  std::printf("port %u\n", static_cast<unsigned>(listeners.front()->port()));
  std::fflush(stdout);
  std::vector<std::jthread> threads;
  for (const auto& listener : listeners) threads.emplace_back([&listener] { listener->run(); });
}
