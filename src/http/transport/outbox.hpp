#pragma once

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace annals::http {

/// Bytes on their way to the peer: small answers gathered in one text, behind it at most one large body that is not
/// copied.
class Outbox {
 public:
  std::string& text() { return text_; }

  /// The body of the answer whose head was just appended.
  void append_body(std::string&& body) {
    if (body.size() <= kCopiedBytesMax) {
      text_ += body;
    } else {
      owned_ = std::move(body);
      tail_ = owned_;
    }
  }
  void append_body(std::shared_ptr<const std::string> body) {
    shared_ = std::move(body);
    tail_ = *shared_;
  }

  bool empty() const { return sent_ == text_.size() && tail_.empty(); }
  bool full() const { return !tail_.empty() || text_.size() > kTextBytesMax; }
  std::size_t bytes() const { return text_.size() + tail_.size(); }

  /// What the socket takes at once, in one system call.
  template <class Stream, class Error>
  std::size_t write_some(Stream& stream, Error& error) const {
    // A plain send costs the kernel less than one that gathers.
    return tail_.empty() ? stream.write_some(buffers().front(), error) : stream.write_some(buffers(), error);
  }
  std::array<boost::asio::const_buffer, 2> buffers() const {
    return {boost::asio::buffer(std::string_view(text_).substr(sent_)), boost::asio::buffer(tail_)};
  }
  void sent(std::size_t bytes) {
    const std::size_t of_text = std::min(bytes, text_.size() - sent_);
    sent_ += of_text;
    tail_.remove_prefix(bytes - of_text);
    if (empty()) clear();
  }

 private:
  static constexpr std::size_t kCopiedBytesMax = 4096;
  static constexpr std::size_t kTextBytesMax = 32u << 10;

  void clear() {
    text_.clear();
    sent_ = 0;
    owned_.clear();
    shared_.reset();
    tail_ = {};
  }

  std::string text_;
  std::size_t sent_ = 0;
  std::string owned_;
  std::shared_ptr<const std::string> shared_;
  std::string_view tail_;  ///< what is left of owned_ or shared_
};

}  // namespace annals::http
