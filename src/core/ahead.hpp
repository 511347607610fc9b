#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

#include "core/failure_of.hpp"

namespace annals {

/// Makes items on a thread of its own, a few ahead of the one thread that takes them. Ending it waits for the item that
/// is being made.
template <class Item>
class Ahead {
 public:
  /// `make` gives the next item, nullopt at the end. What it throws is thrown by `next`, behind the items before.
  Ahead(std::size_t ahead_max, std::move_only_function<std::optional<Item>()> make)
      : ahead_max_(ahead_max), make_(std::move(make)), thread_([this](const std::stop_token& stop) { run(stop); }) {}
  Ahead(const Ahead&) = delete;
  Ahead& operator=(const Ahead&) = delete;

  /// nullopt at the end, however often it is asked.
  std::optional<Item> next() {
    std::unique_lock lock(mutex_);
    made_.wait(lock, [this] { return !items_.empty() || ended_; });
    if (items_.empty()) {
      if (const auto failure = std::exchange(failure_, nullptr)) std::rethrow_exception(failure);
      return std::nullopt;
    }
    std::optional<Item> item(std::move(items_.front()));
    items_.pop_front();
    lock.unlock();
    taken_.notify_one();
    return item;
  }

 private:
  void run(const std::stop_token& stop) {
    end(failure_of([&] {
      while (auto item = make_()) {
        std::unique_lock lock(mutex_);
        const bool room = taken_.wait(lock, stop, [this] { return items_.size() < ahead_max_; });
        if (!room || stop.stop_requested()) return;
        items_.push_back(*std::move(item));
        lock.unlock();
        made_.notify_one();
      }
    }));
  }
  void end(std::exception_ptr failure) {
    const std::scoped_lock lock(mutex_);
    failure_ = std::move(failure);
    ended_ = true;
    made_.notify_one();
  }

  const std::size_t ahead_max_;
  std::move_only_function<std::optional<Item>()> make_;
  std::mutex mutex_;
  std::condition_variable made_;
  std::condition_variable_any taken_;
  std::deque<Item> items_;
  std::exception_ptr failure_;
  bool ended_ = false;
  std::jthread thread_;  ///< last: it uses all of the above
};

}  // namespace annals
