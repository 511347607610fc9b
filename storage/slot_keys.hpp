#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstring>
#include <memory>

#include "core/crypto.hpp"

namespace annals {

enum class SlotState : std::uint8_t {
  absent = 0,  ///< the file holds no such slot yet
  present = 1,
  erased = 2,
  damaged = 3,  ///< the file holds bytes that do not open
};

/// A run of slots' unwrapped keys, read without locks by any thread while one writer at a time fills and erases.
class SlotChunk {
 public:
  static constexpr std::size_t kSlots = 64;

  /// Erasing may overtake a reader: it then gets the whole key or none, never half of one.
  SlotState load(std::size_t index, Key& key) const {
    const Slot& slot = slots_[index];
    const auto state = slot.state.load(std::memory_order_acquire);
    if (state != SlotState::present) return state;
    std::array<std::uint64_t, 4> words;
    for (std::size_t i = 0; i < words.size(); ++i) words[i] = slot.words[i].load(std::memory_order_acquire);
    std::memcpy(key.data(), words.data(), key.size());
    return slot.state.load(std::memory_order_relaxed);
  }
  SlotState state(std::size_t index) const { return slots_[index].state.load(std::memory_order_acquire); }

  void store(std::size_t index, const Key& key) {
    std::array<std::uint64_t, 4> words;
    std::memcpy(words.data(), key.data(), key.size());
    Slot& slot = slots_[index];
    for (std::size_t i = 0; i < words.size(); ++i) slot.words[i].store(words[i], std::memory_order_relaxed);
    slot.state.store(SlotState::present, std::memory_order_release);
    cleanse(words.data(), sizeof(words));
  }
  void forget(std::size_t index, SlotState why) {
    Slot& slot = slots_[index];
    slot.state.store(why, std::memory_order_relaxed);
    // Released word by word behind the state: a reader that sees a zero word sees the state that goes with it.
    for (auto& word : slot.words) word.store(0, std::memory_order_release);
  }
  ~SlotChunk() {
    for (std::size_t i = 0; i < kSlots; ++i) forget(i, SlotState::absent);
  }

 private:
  struct Slot {
    std::array<std::atomic<std::uint64_t>, 4> words{};
    std::atomic<SlotState> state{SlotState::absent};
  };
  std::array<Slot, kSlots> slots_;
};

/// Pointers by number, found without locks while the table grows: arrays of 1, 2, 4 … pointers that never move.
template <class T>
class GrowingTable {
 public:
  GrowingTable() = default;
  GrowingTable(const GrowingTable&) = delete;
  ~GrowingTable() {
    for (std::size_t level = 0; level < kLevels; ++level) {
      Entry* entries = levels_[level].load(std::memory_order_relaxed);
      for (std::size_t i = 0; entries != nullptr && i < std::size_t{1} << level; ++i) delete entries[i].load();
      delete[] entries;
    }
  }
  /// nullptr when nothing stands there.
  T* find(std::uint64_t number) const {
    if (number >= kNumbersMax) return nullptr;
    const auto level = static_cast<std::size_t>(std::bit_width(number + 1) - 1);
    const Entry* entries = levels_[level].load(std::memory_order_acquire);
    return entries == nullptr ? nullptr
                              : entries[number + 1 - (std::uint64_t{1} << level)].load(std::memory_order_acquire);
  }
  /// One writer at a time; nothing may stand there yet. False: the number is out of range.
  bool put(std::uint64_t number, std::unique_ptr<T> value) {
    if (number >= kNumbersMax) return false;
    const auto level = static_cast<std::size_t>(std::bit_width(number + 1) - 1);
    if (levels_[level].load(std::memory_order_relaxed) == nullptr) {
      levels_[level].store(new Entry[std::size_t{1} << level]{}, std::memory_order_release);
    }
    Entry* entries = levels_[level].load(std::memory_order_relaxed);
    entries[number + 1 - (std::uint64_t{1} << level)].store(value.release(), std::memory_order_release);
    return true;
  }

 private:
  using Entry = std::atomic<T*>;
  static constexpr std::size_t kLevels = 27;
  static constexpr std::uint64_t kNumbersMax = (std::uint64_t{1} << kLevels) - 1;
  std::array<std::atomic<Entry*>, kLevels> levels_{};
};

}  // namespace annals
