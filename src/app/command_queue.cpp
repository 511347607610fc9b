#include "app/command_queue.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

namespace annals {
namespace {

/// For so long after a platform's last command the others leave room for its next.
constexpr std::chrono::seconds kSharedFor{1};

}  // namespace

CommandQueue::Pushed CommandQueue::push(WaitingCommand& command) {
  const std::scoped_lock lock(mutex_);
  if (closed_) return Pushed::closed;
  const auto platform = command.submission.platform;
  auto& queue = waiting_[platform];
  if (queue.size() >= per_platform_max_) return Pushed::full;
  if (platform != std::exchange(last_platform_, platform) && last_came_ != decltype(last_came_){})
    last_change_ = command.since;
  last_came_ = command.since;
  if (queue.empty()) turns_.push_back(platform);
  queue.push_back(std::move(command));
  // The taker sleeps only when nothing waited at all.
  if (turns_.size() == 1 && queue.size() == 1) something_waits_.notify_one();
  return Pushed::accepted;
}

std::optional<std::vector<WaitingCommand>> CommandQueue::take(std::size_t most) {
  std::unique_lock lock(mutex_);
  something_waits_.wait(lock, [this] { return closed_ || woken_ || !turns_.empty(); });
  woken_ = false;
  if (closed_ && turns_.empty()) return std::nullopt;
  return take_locked(most);
}

std::vector<WaitingCommand> CommandQueue::take_waiting(std::size_t most) {
  const std::scoped_lock lock(mutex_);
  return take_locked(most);
}

std::vector<WaitingCommand> CommandQueue::take_locked(std::size_t most) {
  const auto rounds_max = shared_locked() ? share_max_ : most;
  std::size_t waiting = 0;
  for (const auto& [platform, queue] : waiting_) waiting += std::min(queue.size(), rounds_max);
  std::vector<WaitingCommand> taken;
  taken.reserve(std::min(waiting, most));
  for (std::size_t round = 0; round < rounds_max && !turns_.empty(); ++round) {
    for (auto left = turns_.size(); left > 0 && taken.size() < most; --left) taken.push_back(take_next());
  }
  return taken;
}

WaitingCommand CommandQueue::take_next() {
  const auto platform = turns_.front();
  turns_.pop_front();
  const auto found = waiting_.find(platform);
  auto& queue = found->second;
  auto command = std::move(queue.front());
  queue.pop_front();
  if (queue.empty()) {
    waiting_.erase(found);
  } else {
    turns_.push_back(platform);
  }
  return command;
}

void CommandQueue::put_back(std::vector<WaitingCommand> commands) {
  const std::scoped_lock lock(mutex_);
  for (auto& command : std::views::reverse(commands)) {
    auto& queue = waiting_[command.submission.platform];
    if (queue.empty()) turns_.push_front(command.submission.platform);
    queue.push_front(std::move(command));
  }
}

bool CommandQueue::shared() const {
  const std::scoped_lock lock(mutex_);
  return shared_locked();
}

bool CommandQueue::shared_locked() const {
  return last_change_ && last_came_ - *last_change_ < kSharedFor;
}

void CommandQueue::wake() {
  const std::scoped_lock lock(mutex_);
  woken_ = true;
  something_waits_.notify_one();
}

void CommandQueue::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  something_waits_.notify_all();
}

}  // namespace annals
