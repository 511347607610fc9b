#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace limits {

inline void append_number(std::string& out, std::size_t number) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

inline void append_answer(std::string& out, std::string_view status, std::string_view body) {
  out += "HTTP/1.1 ";
  out += status;
  out += "\r\nContent-Type: application/json\r\nContent-Length: ";
  append_number(out, body.size());
  out += "\r\n\r\n";
  out += body;
}

/// A session with as little as Beast allows: a typed executor, one buffer for good, the parser fed by hand, and one
/// write for the answers to all requests that had arrived. No deadlines. `Resource` has `bool handle(const Request&,
/// const std::shared_ptr<LeanSession>&, std::string& out)`: it appends the whole answer to `out`, or returns false and
/// calls `answered` later, on the same thread.
template <class Resource>
class LeanSession : public std::enable_shared_from_this<LeanSession<Resource>> {
 public:
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;
  using Request = boost::beast::http::request<boost::beast::http::string_body>;

  LeanSession(Socket socket, Resource& resource) : socket_(std::move(socket)), resource_(resource) { next_request(); }

  void read() {
    socket_.async_read_some(buffer_.prepare(kReadBytes),
                            [self = this->shared_from_this()](boost::system::error_code error, std::size_t bytes) {
                              if (error) return;
                              self->buffer_.commit(bytes);
                              self->take_requests();
                            });
  }

  std::string& out() { return out_; }
  /// The answer that was put off stands in `out` now.
  void answered() {
    next_request();
    take_requests();
  }

 private:
  static constexpr std::size_t kReadBytes = 16384;

  void next_request() {
    parser_.emplace();
    parser_->eager(true);
    parser_->body_limit(1u << 20);
  }

  void take_requests() {
    while (buffer_.size() > 0) {
      boost::system::error_code error;
      buffer_.consume(parser_->put(buffer_.data(), error));
      if (error == boost::beast::http::error::need_more) break;
      if (error) return;
      if (!parser_->is_done()) continue;
      if (!resource_.handle(parser_->get(), this->shared_from_this(), out_)) return;
      next_request();
    }
    if (out_.empty()) return read();
    sent_ = 0;
    write();
  }

  void write() {
    socket_.async_write_some(boost::asio::buffer(out_.data() + sent_, out_.size() - sent_),
                             [self = this->shared_from_this()](boost::system::error_code error, std::size_t bytes) {
                               if (error) return;
                               self->sent_ += bytes;
                               if (self->sent_ < self->out_.size()) return self->write();
                               self->out_.clear();
                               self->read();
                             });
  }

  Socket socket_;
  Resource& resource_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  std::string out_;
  std::size_t sent_ = 0;
};

}  // namespace limits
