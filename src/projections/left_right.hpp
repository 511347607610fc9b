#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <thread>
#include <utility>

namespace annals {

/// A value that is read much and changed little: two copies, of which readers see one. A writer changes the other,
/// shows it, waits until the last reader of the first has left, and changes that one alike. So a reader waits for
/// nobody. (Ramalhete and Correia, "Left-Right", 2013.)
template <class Value>
class LeftRight {
 public:
  /// Any thread. What it returns must not point into the value.
  auto read(auto&& with) const {
    const Visit visit(doors_[door_.load()]);
    return with(std::as_const(sides_[shown_.load()]));
  }

  /// Any thread. `change` is called once for each copy and must do the same to both. On return every new read sees it.
  void write(auto&& change) {
    const std::scoped_lock lock(writing_);
    const auto before = shown_.load();
    change(sides_[1 - before]);
    shown_ = 1 - before;
    // A reader who came through the open door may still see the side before. New ones get the other door, so that the
    // wait for this one ends.
    const auto open = door_.load();
    wait_for_the_last(doors_[1 - open]);
    door_ = 1 - open;
    wait_for_the_last(doors_[open]);
    change(sides_[before]);
  }

 private:
  struct alignas(64) Door {
    std::atomic<std::size_t> inside = 0;
  };
  struct Visit {
    explicit Visit(Door& entered) : door(entered) { door.inside.fetch_add(1); }
    ~Visit() { door.inside.fetch_sub(1); }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    Door& door;
  };
  static void wait_for_the_last(const Door& door) {
    while (door.inside.load() != 0) std::this_thread::yield();
  }

  std::array<Value, 2> sides_;
  std::atomic<std::size_t> shown_ = 0;
  mutable std::array<Door, 2> doors_;
  std::atomic<std::size_t> door_ = 0;
  std::mutex writing_;
};

}  // namespace annals
