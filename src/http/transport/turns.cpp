#include "http/transport/turns.hpp"

#include <boost/asio/post.hpp>

namespace annals::http {

void Turns::wait(std::uint64_t share, std::coroutine_handle<> connection) {
  arm();
  waiting_.push(share, connection);
}

/// Behind everything that the loop already knows of, and behind a look at the sockets.
void Turns::arm() {
  if (armed_) return;
  boost::asio::post(context_, [this] { serve(); });
  armed_ = true;
}

void Turns::serve() {
  armed_ = false;
  spent_ = 0;
  while (!waiting_.empty() && spent_ < kSlice) waiting_.take().resume();
  if (!waiting_.empty()) arm();
}

}  // namespace annals::http
