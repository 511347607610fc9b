#pragma once

#include <cstddef>
#include <cstdint>

#include "http/transport/request_head.hpp"

namespace annals::http {

/// Decodes a chunked body in place: what was framing is squeezed out, so that the content ends up in one piece.
/// Extensions and trailers are checked, limited and thrown away: a trailer never becomes a header.
class ChunkedBody {
 public:
  enum class State { need_bytes, complete, too_large, failed };

  explicit ChunkedBody(std::size_t content_bytes_max = 0) : content_bytes_left_(content_bytes_max) {}

  /// Reads `data` from `raw` to `end` and moves `raw` on; content goes to `content_end`, which is never past `raw`.
  State advance(char* data, std::size_t& raw, std::size_t end, std::size_t& content_end);
  WireError error() const { return error_; }

 private:
  enum class Part { size_line, content, content_crlf, trailers };

  State read_size_line(const char* data, std::size_t& raw, std::size_t end);
  State read_content(char* data, std::size_t& raw, std::size_t end, std::size_t& content_end);
  State read_content_crlf(const char* data, std::size_t& raw, std::size_t end);
  State read_trailer(const char* data, std::size_t& raw, std::size_t end);
  State fail(WireError error);

  Part part_ = Part::size_line;
  std::uint64_t chunk_bytes_left_ = 0;
  std::size_t content_bytes_left_;
  std::size_t extension_bytes_ = 0;
  std::size_t trailer_bytes_ = 0;
  WireError error_{400, "Malformed chunked body."};
};

}  // namespace annals::http
