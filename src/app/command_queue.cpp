#include "app/command_queue.hpp"

#include <utility>

namespace annals {

CommandQueue::Pushed CommandQueue::push(WaitingCommand& command) {
  const std::scoped_lock lock(mutex_);
  if (closed_) return Pushed::closed;
  const auto platform = command.submission.platform;
  auto& queue = waiting_[platform];
  if (queue.size() >= per_platform_max_) return Pushed::full;
  if (queue.empty()) turns_.push_back(platform);
  queue.push_back(std::move(command));
  // The taker sleeps only when nothing waited at all.
  if (turns_.size() == 1 && queue.size() == 1) something_waits_.notify_one();
  return Pushed::accepted;
}

std::vector<WaitingCommand> CommandQueue::take(std::size_t most) {
  std::unique_lock lock(mutex_);
  something_waits_.wait(lock, [this] { return closed_ || !turns_.empty(); });
  return take_locked(most);
}

std::vector<WaitingCommand> CommandQueue::take_waiting(std::size_t most) {
  const std::scoped_lock lock(mutex_);
  return take_locked(most);
}

std::vector<WaitingCommand> CommandQueue::take_locked(std::size_t most) {
  std::vector<WaitingCommand> taken;
  while (taken.size() < most && !turns_.empty()) {
    const auto platform = turns_.front();
    turns_.pop_front();
    const auto found = waiting_.find(platform);
    auto& queue = found->second;
    taken.push_back(std::move(queue.front()));
    queue.pop_front();
    if (queue.empty()) {
      waiting_.erase(found);
    } else {
      turns_.push_back(platform);
    }
  }
  return taken;
}

void CommandQueue::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  something_waits_.notify_all();
}

}  // namespace annals
