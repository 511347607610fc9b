#pragma once

#include <cstddef>
#include <deque>
#include <unordered_map>
#include <utility>

namespace annals {

/// Items that wait, each under a key: the keys take turns, and under one key who came first goes first. Not
/// thread-safe.
template <class Key, class Item>
class RoundRobin {
 public:
  bool empty() const { return turns_.empty(); }
  std::size_t waiting(const Key& key) const {
    const auto found = waiting_.find(key);
    return found == waiting_.end() ? 0 : found->second.size();
  }

  void push(const Key& key, Item item) {
    auto& queue = waiting_[key];
    queue.push_back(std::move(item));
    if (queue.size() == 1) turns_.push_back(key);
  }
  /// Only when not empty.
  Item take() {
    const auto found = waiting_.find(turns_.front());
    auto& queue = found->second;
    Item item = std::move(queue.front());
    queue.pop_front();
    if (!queue.empty()) turns_.push_back(turns_.front());
    turns_.pop_front();
    if (queue.empty() && waiting_.size() > kEmptyKept) waiting_.erase(found);
    return item;
  }

 private:
  static constexpr std::size_t kEmptyKept = 64;  ///< queues that keep their memory for the next item

  std::unordered_map<Key, std::deque<Item>> waiting_;
  std::deque<Key> turns_;  ///< each key with items once
};

}  // namespace annals
