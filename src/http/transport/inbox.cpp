#include "http/transport/inbox.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "http/transport/conversation.hpp"

namespace annals::http {

void Inbox::push(Delivery delivery) {
  const std::lock_guard lock(mutex_);
  if (!open_) return;
  waiting_.push_back(std::move(delivery));
  // Under the lock: the context is not destroyed before close() has been here.
  if (waiting_.size() == 1) boost::asio::post(context_, [self = shared_from_this()] { self->drain(); });
}

void Inbox::drain() {
  std::vector<Delivery> taken;
  {
    const std::lock_guard lock(mutex_);
    taken.swap(waiting_);
  }
  for (Delivery& each : taken) {
    std::visit([&](auto& what) { each.conversation->deliver(each.exchange, std::move(what)); }, each.what);
  }
}

void Inbox::close() {
  std::vector<Delivery> dropped;
  const std::lock_guard lock(mutex_);
  open_ = false;
  dropped.swap(waiting_);
}

}  // namespace annals::http
