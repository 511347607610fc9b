#include "http/transport/chunked_body.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "http/transport/characters.hpp"

namespace annals::http {
namespace {

constexpr std::size_t kSizeLineBytesMax = 256;
constexpr std::size_t kExtensionBytesMax = 4096;
constexpr std::size_t kTrailerBytesMax = 8192;
constexpr std::size_t kSizeDigitsMax = 16;

/// The line that begins at `raw`, without its CRLF; nullptr data: not all there yet.
struct Line {
  std::string_view text;
  std::size_t next = 0;
  bool whole = false;
  bool well_ended = false;
};

Line find_line(const char* data, std::size_t raw, std::size_t end) {
  const void* newline = std::memchr(data + raw, '\n', end - raw);
  if (newline == nullptr) return {};
  const auto at = static_cast<std::size_t>(static_cast<const char*>(newline) - data);
  const bool well_ended = at > raw && data[at - 1] == '\r';
  const std::string_view text(data + raw, at - raw - (well_ended ? 1 : 0));
  return {text, at + 1, true, well_ended};
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// How many bytes of `line` are the size; 0: none, or too many.
std::size_t read_size(std::string_view line, std::uint64_t& size) {
  std::size_t digits = 0;
  size = 0;
  for (; digits < line.size() && hex_digit(line[digits]) >= 0; ++digits) {
    if (digits == kSizeDigitsMax) return 0;
    size = size << 4 | static_cast<std::uint64_t>(hex_digit(line[digits]));
  }
  return digits;
}

bool is_extension(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  return begin != std::string_view::npos && text[begin] == ';' && !check_field_line(text.substr(begin));
}

bool is_trailer(std::string_view line) {
  const std::size_t colon = line.find(':');
  return colon != std::string_view::npos && colon != 0 && kTokenChars.has_all(line.substr(0, colon)) &&
         !check_field_line(line);
}

}  // namespace

ChunkedBody::State ChunkedBody::fail(WireError error) {
  error_ = error;
  return State::failed;
}

ChunkedBody::State ChunkedBody::advance(char* data, std::size_t& raw, std::size_t end, std::size_t& content_end) {
  for (;;) {
    const std::size_t before = raw;
    const Part part_before = part_;
    State state = State::need_bytes;
    switch (part_) {
      case Part::size_line:
        state = read_size_line(data, raw, end);
        break;
      case Part::content:
        state = read_content(data, raw, end, content_end);
        break;
      case Part::content_crlf:
        state = read_content_crlf(data, raw, end);
        break;
      case Part::trailers:
        state = read_trailer(data, raw, end);
        break;
    }
    const bool moved = raw != before || part_ != part_before;
    if (state != State::need_bytes || !moved) return state;
  }
}

ChunkedBody::State ChunkedBody::read_size_line(const char* data, std::size_t& raw, std::size_t end) {
  if (raw == end) return State::need_bytes;
  if (hex_digit(data[raw]) < 0) return fail({400, "Malformed chunk size."});
  const Line line = find_line(data, raw, end);
  if (line.text.size() > kSizeLineBytesMax ||
      (!line.whole && end - raw > kSizeLineBytesMax + 1))  // its CR may be there
    return fail({400, "Chunk size line too long."});
  if (!line.whole) return State::need_bytes;
  std::uint64_t size = 0;
  const std::size_t digits = read_size(line.text, size);
  if (digits == 0 || !line.well_ended) return fail({400, "Malformed chunk size."});
  const std::string_view extension = line.text.substr(digits);
  if (!extension.empty() && !is_extension(extension)) return fail({400, "Malformed chunk extension."});
  extension_bytes_ += extension.size();
  if (extension_bytes_ > kExtensionBytesMax) return fail({400, "Chunk extensions too long."});
  if (size > content_bytes_left_) return State::too_large;
  content_bytes_left_ -= static_cast<std::size_t>(size);
  chunk_bytes_left_ = size;
  raw = line.next;
  part_ = size == 0 ? Part::trailers : Part::content;
  return State::need_bytes;
}

ChunkedBody::State ChunkedBody::read_content(char* data, std::size_t& raw, std::size_t end, std::size_t& content_end) {
  const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(chunk_bytes_left_, end - raw));
  if (count != 0) std::memmove(data + content_end, data + raw, count);
  content_end += count;
  raw += count;
  chunk_bytes_left_ -= count;
  if (chunk_bytes_left_ == 0) part_ = Part::content_crlf;
  return State::need_bytes;
}

ChunkedBody::State ChunkedBody::read_content_crlf(const char* data, std::size_t& raw, std::size_t end) {
  const std::string_view there(data + raw, std::min<std::size_t>(end - raw, 2));
  if (!std::string_view("\r\n").starts_with(there)) return fail({400, "Missing line end behind a chunk."});
  if (there.size() < 2) return State::need_bytes;
  raw += 2;
  part_ = Part::size_line;
  return State::need_bytes;
}

ChunkedBody::State ChunkedBody::read_trailer(const char* data, std::size_t& raw, std::size_t end) {
  const Line line = find_line(data, raw, end);
  const std::size_t seen = line.whole ? line.next - raw : end - raw;
  if (trailer_bytes_ + seen > kTrailerBytesMax) return fail({431, "Trailers too long."});
  if (!line.whole) return State::need_bytes;
  if (!line.well_ended) return fail({400, "Malformed trailer."});
  trailer_bytes_ += seen;
  raw = line.next;
  if (line.text.empty()) return State::complete;
  return is_trailer(line.text) ? State::need_bytes : fail({400, "Malformed trailer."});
}

}  // namespace annals::http
