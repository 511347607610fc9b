#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "http/transport/chunked_body.hpp"
#include "http/transport/request_head.hpp"

namespace annals::http {

struct ReaderLimits {
  std::size_t head_bytes_max = 32u << 10;
  std::size_t body_bytes_max = 1u << 20;
};

/// Cuts a stream of bytes into requests, one at a time, without touching a socket: write to `space`, say how much was
/// `filled`, ask for the `next`, use it, `release` it. One flat buffer, reused; all views point into it and hold until
/// `release`. Not thread-safe.
class RequestReader {
 public:
  enum class State {
    need_bytes,
    send_continue,  ///< said once: the peer waits for `100 Continue`
    complete,
    failed,  ///< `error` says how; nothing more can be read
  };

  explicit RequestReader(const ReaderLimits& limits) : limits_(limits) {}

  std::span<char>
  space();  ///< never empty; only after `next` said need_bytes or send_continue, or when all is released
  void filled(std::size_t bytes) { end_ += bytes; }
  State next();
  void release();

  bool empty() const { return begin_ == end_; }  ///< not a byte of a next request is there
  WireError error() const { return error_; }

  std::string_view method() const { return line_.method; }
  std::string_view target() const { return target_; }          ///< origin form, or `*` of an OPTIONS
  std::string_view host() const { return host_; }              ///< empty: an HTTP/1.0 request without one
  std::string_view request_id() const { return request_id_; }  ///< as sent, perhaps not sane; empty: none
  std::string_view body() const { return {data_.get() + head_end_, too_large_ ? 0 : content_end_ - head_end_}; }
  const Headers& headers() const { return headers_; }
  bool http_1_1() const { return line_.http_1_1; }
  bool keep_alive() const { return keep_alive_; }
  /// The body is over the limit and was not read: what follows on the wire means nothing.
  bool body_too_large() const { return too_large_; }

 private:
  enum class Part { head, fixed_body, chunked_body, complete, failed };

  State read_head();
  bool read_line(std::size_t newline);  ///< false: refused
  State finish_head();
  State read_fixed_body();
  State read_chunked_body();
  State wait_for_body();
  bool resolve_target();
  bool resolve_absolute_target();
  State fail(WireError error);
  State complete(std::size_t consumed);
  void grow();
  void move_views(const char* from, const char* to);

  ReaderLimits limits_;
  std::unique_ptr<char[]> data_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;    ///< of the request being read
  std::size_t end_ = 0;      ///< of the bytes that are there
  std::size_t scanned_ = 0;  ///< no line end between line_begin_ and here
  std::size_t line_begin_ = 0;
  std::size_t head_end_ = 0;
  std::size_t content_end_ = 0;  ///< of the decoded body
  std::size_t raw_ = 0;          ///< chunked: the first byte not yet decoded
  std::size_t consumed_ = 0;     ///< where the next request begins

  Part part_ = Part::head;
  RequestLine line_;
  bool line_read_ = false;
  bool empty_line_skipped_ = false;
  bool continue_due_ = false;
  bool keep_alive_ = false;
  bool too_large_ = false;
  std::string_view target_;
  std::string_view host_;
  std::string_view request_id_;
  std::string rewritten_target_;  ///< an absolute form without a path has no bytes of its own for it
  Headers headers_;
  ChunkedBody chunked_;
  WireError error_{400, ""};
};

}  // namespace annals::http
