#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <variant>
#include <vector>

#include "http/message.hpp"

namespace annals::http {

class Conversation;

struct Delivery {
  std::shared_ptr<Conversation> conversation;
  std::uint64_t exchange;
  std::variant<Response, StreamedBody::Piece> what;
};

/// Where other threads leave answers, and pieces of them, for the connections of one I/O thread. Many left together
/// cost one wake-up. May outlive its thread: then it takes nothing any more.
class Inbox : public std::enable_shared_from_this<Inbox> {
 public:
  explicit Inbox(boost::asio::io_context& context) : context_(context) {}
  void push(Delivery delivery);  ///< any thread
  void close();

 private:
  void drain();

  boost::asio::io_context& context_;
  std::mutex mutex_;
  std::vector<Delivery> waiting_;
  bool open_ = true;
};

}  // namespace annals::http
