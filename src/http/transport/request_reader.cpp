#include "http/transport/request_reader.hpp"

#include <algorithm>
#include <cstring>

#include "http/transport/characters.hpp"
#include "http/transport/origin.hpp"

namespace annals::http {
namespace {

constexpr std::size_t kBufferBytesFirst = 4096;
constexpr std::size_t kBufferBytesKept = 64u << 10;  // a connection that once sent much does not hold on to it
constexpr std::size_t kSpaceBytesMin = 1024;

}  // namespace

std::span<char> RequestReader::space() {
  if (capacity_ - end_ < kSpaceBytesMin) grow();
  return {data_.get() + end_, capacity_ - end_};
}

/// Makes room behind end_: first from what earlier requests and decoded chunks left, then by doubling.
void RequestReader::grow() {
  if (part_ == Part::chunked_body && raw_ > content_end_) {
    std::memmove(data_.get() + content_end_, data_.get() + raw_, end_ - raw_);
    end_ -= raw_ - content_end_;
    raw_ = content_end_;
  }
  const std::size_t used = end_ - begin_;
  const bool fits = capacity_ >= used + std::max(kSpaceBytesMin, used);
  const std::size_t wanted = fits ? capacity_ : std::max(kBufferBytesFirst, 2 * (used + kSpaceBytesMin));
  std::unique_ptr<char[]> fresh;
  if (!fits) fresh = std::make_unique_for_overwrite<char[]>(wanted);
  char* to = fits ? data_.get() : fresh.get();
  const char* from = data_.get() + begin_;
  if (used != 0) std::memmove(to, from, used);
  move_views(from, to);
  if (fresh) data_ = std::move(fresh);
  capacity_ = wanted;
  const auto shift = [by = begin_](std::size_t& offset) { offset = offset >= by ? offset - by : 0; };
  for (std::size_t* offset : {&end_, &scanned_, &line_begin_, &head_end_, &content_end_, &raw_, &consumed_})
    shift(*offset);
  begin_ = 0;
}

void RequestReader::move_views(const char* from, const char* to) {
  const std::less<> before;
  for (std::string_view* view : {&line_.method, &line_.target, &target_, &host_, &request_id_}) {
    const bool inside = !view->empty() && !before(view->data(), from) && before(view->data(), from + (end_ - begin_));
    if (inside) *view = {to + (view->data() - from), view->size()};
  }
  if (part_ != Part::head) headers_.moved(from, to);
}

RequestReader::State RequestReader::next() {
  switch (part_) {
    case Part::head:
      return read_head();
    case Part::fixed_body:
      return read_fixed_body();
    case Part::chunked_body:
      return read_chunked_body();
    case Part::complete:
      return State::complete;
    case Part::failed:
      return State::failed;
  }
  return State::failed;
}

void RequestReader::release() {
  begin_ = consumed_;
  if (begin_ == end_) {
    begin_ = end_ = 0;
    if (capacity_ > kBufferBytesKept) {
      data_.reset();
      capacity_ = 0;
    }
  }
  scanned_ = line_begin_ = begin_;
  line_ = {};
  target_ = host_ = request_id_ = {};
  line_read_ = empty_line_skipped_ = continue_due_ = too_large_ = false;
  part_ = Part::head;
}

RequestReader::State RequestReader::fail(WireError error) {
  error_ = error;
  part_ = Part::failed;
  return State::failed;
}

RequestReader::State RequestReader::complete(std::size_t consumed) {
  consumed_ = consumed;
  part_ = Part::complete;
  return State::complete;
}

RequestReader::State RequestReader::read_head() {
  if (begin_ == end_) return State::need_bytes;
  for (;;) {
    // What cannot begin a request (a TLS handshake, say) is refused before it looks like a slow one.
    if (begin_ != end_ && !kTokenChars.has(data_[begin_]) && data_[begin_] != '\r')
      return fail({400, "Malformed request line."});
    const void* found = std::memchr(data_.get() + scanned_, '\n', end_ - scanned_);
    const std::size_t reach =
        found == nullptr ? end_ : static_cast<std::size_t>(static_cast<const char*>(found) - data_.get()) + 1;
    if (reach - begin_ > limits_.head_bytes_max)
      return fail(line_read_ ? WireError{431, "Request headers too long."}
                             : WireError{414, "Request target too long."});
    scanned_ = reach;
    if (found == nullptr) return State::need_bytes;
    const bool was_last = line_read_ && reach - line_begin_ == 2;
    if (!read_line(reach - 1)) return State::failed;
    line_begin_ = reach;
    if (was_last) return finish_head();
  }
}

bool RequestReader::read_line(std::size_t newline) {
  if (newline == line_begin_ || data_[newline - 1] != '\r') {
    fail({400, "Lines must end with CR LF."});
    return false;
  }
  const std::string_view line(data_.get() + line_begin_, newline - 1 - line_begin_);
  std::optional<WireError> error;
  if (line_read_) {
    if (!line.empty()) error = check_field_line(line);
  } else if (line.empty() && !empty_line_skipped_) {
    empty_line_skipped_ = true;  // old clients end a body with one CRLF too many
    begin_ = newline + 1;
  } else {
    error = read_request_line(line, line_);
    line_read_ = true;
  }
  if (error) fail(*error);
  return !error;
}

RequestReader::State RequestReader::finish_head() {
  head_end_ = content_end_ = raw_ = line_begin_;
  headers_.clear();
  HeadParser parser(headers_, head_end_ - begin_);
  if (const auto error = parser.parse({data_.get() + begin_, head_end_ - begin_}, line_.http_1_1)) return fail(*error);
  keep_alive_ = parser.keep_alive();
  host_ = parser.host();
  request_id_ = parser.request_id();
  if (!host_.empty() || (line_.http_1_1 && parser.has_host())) {
    if (!is_host(host_)) return fail({400, "Malformed Host header."});
  }
  if (!resolve_target()) return fail({400, "Malformed request target."});
  continue_due_ = parser.expects_continue() && line_.http_1_1;
  if (parser.chunked()) {
    chunked_ = ChunkedBody(limits_.body_bytes_max);
    part_ = Part::chunked_body;
    return read_chunked_body();
  }
  const std::uint64_t bytes = parser.content_bytes().value_or(0);
  too_large_ = bytes > limits_.body_bytes_max;
  if (too_large_) return complete(end_);
  content_end_ = head_end_ + static_cast<std::size_t>(bytes);
  part_ = Part::fixed_body;
  return read_fixed_body();
}

bool RequestReader::resolve_target() {
  target_ = line_.target;
  if (target_.front() == '/') return true;
  if (target_ == "*") return line_.method == "OPTIONS";
  return resolve_absolute_target();
}

/// `http://host/path`: the host in it counts, whatever the Host header says.
bool RequestReader::resolve_absolute_target() {
  const std::size_t colon = target_.find("://");
  if (colon == std::string_view::npos) return false;
  const std::string_view scheme = target_.substr(0, colon);
  if (!equal_ignoring_case(scheme, "http") && !equal_ignoring_case(scheme, "https")) return false;
  const std::string_view rest = target_.substr(colon + 3);
  const std::size_t path = std::min(rest.find_first_of("/?"), rest.size());
  host_ = rest.substr(0, path);
  if (!is_host(host_)) return false;
  target_ = rest.substr(path);
  if (!target_.starts_with('/')) {
    rewritten_target_ = '/';
    rewritten_target_ += target_;
    target_ = rewritten_target_;
  }
  return true;
}

RequestReader::State RequestReader::read_fixed_body() {
  return end_ >= content_end_ ? complete(content_end_) : wait_for_body();
}

RequestReader::State RequestReader::read_chunked_body() {
  switch (chunked_.advance(data_.get(), raw_, end_, content_end_)) {
    case ChunkedBody::State::need_bytes:
      return wait_for_body();
    case ChunkedBody::State::complete:
      return complete(raw_);
    case ChunkedBody::State::too_large:
      too_large_ = true;
      return complete(end_);
    case ChunkedBody::State::failed:
      return fail(chunked_.error());
  }
  return State::failed;
}

/// A peer that has already begun to send its body needs no invitation.
RequestReader::State RequestReader::wait_for_body() {
  const bool invite = continue_due_ && end_ == head_end_;
  continue_due_ = false;
  return invite ? State::send_continue : State::need_bytes;
}

}  // namespace annals::http
