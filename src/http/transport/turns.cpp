#include "http/transport/turns.hpp"

#include <boost/asio/post.hpp>

namespace annals::http {

/// With others waiting, one whose share is not among them and was not the last to be served would be next but one: it
/// goes at once, unless too many did.
bool Turns::may_go_on(std::uint64_t share) {
  if (waiting_.empty()) return spent_ < kSlice;
  if (share == served_last_ || ahead_ == kAheadMax || waiting_.waiting(share) != 0) return false;
  ++ahead_;
  return true;
}

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
  spent_ = ahead_ = 0;
  while (!waiting_.empty() && spent_ < kSlice) waiting_.take().resume();
  if (!waiting_.empty()) arm();
}

}  // namespace annals::http
