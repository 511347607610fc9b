#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace limits {

/// A session as Beast's own examples write it: a fresh parser and http::async_read for each request, a deadline, a
/// string body, a message for the answer. All of it on the thread of its io_context.
class PlainSession : public std::enable_shared_from_this<PlainSession> {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Request = boost::beast::http::request<boost::beast::http::string_body>;
  using Status = boost::beast::http::status;
  /// Has `answer` called once, now or later on the same thread.
  using Handler = std::function<void(const std::shared_ptr<PlainSession>&, Request&)>;

  PlainSession(Socket socket, Handler handler) : stream_(std::move(socket)), handler_(std::move(handler)) {}

  void read() {
    parser_.emplace();
    parser_->body_limit(1u << 20);
    stream_.expires_after(std::chrono::seconds(30));
    boost::beast::http::async_read(stream_, buffer_, *parser_,
                                   [self = shared_from_this()](boost::beast::error_code error, std::size_t) {
                                     if (!error) self->handler_(self, self->parser_->get());
                                   });
  }

  void answer(Status status, const std::string& body) {
    const auto& request = parser_->get();
    response_.emplace(status, request.version());
    response_->set(boost::beast::http::field::server, "limit");
    response_->set(boost::beast::http::field::content_type, "application/json");
    response_->keep_alive(request.keep_alive());
    response_->body() = body;
    response_->prepare_payload();
    boost::beast::http::async_write(stream_, *response_,
                                    [self = shared_from_this()](boost::beast::error_code error, std::size_t) {
                                      if (!error && self->response_->keep_alive()) self->read();
                                    });
  }

 private:
  boost::beast::tcp_stream stream_;
  Handler handler_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  std::optional<boost::beast::http::response<boost::beast::http::string_body>> response_;
};

}  // namespace limits
