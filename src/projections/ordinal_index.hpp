#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <optional>

#include "core/ids.hpp"
#include "projections/indexes/column.hpp"

namespace annals {

/// Finds an id's ordinal among the ids that stand by ordinal elsewhere: four bytes a slot, half of them used at most.
/// Grows a few slots at every id that is added, so that none of them waits for the whole.
template <class Id>
class OrdinalIndex {
 public:
  std::optional<Ordinal> find(const Id& id, const Column<Id>& ids) const {
    for (const auto* slots : {&slots_, &before_}) {
      if (slots->count == 0) continue;
      for (auto at = slots->home(id); slots->of[at] != kFree; at = slots->after(at)) {
        if (ids[slots->of[at] - 1] == id) return Ordinal{slots->of[at] - 1};
      }
    }
    return std::nullopt;
  }

  /// The last of `ids` is new.
  void added(const Column<Id>& ids) {
    if (ids.size() * 2 > slots_.count) {
      before_ = std::exchange(slots_, Slots(std::max<std::size_t>(64, slots_.count * 2)));
      moved_ = 0;
    }
    slots_.place(static_cast<std::uint32_t>(ids.size()), ids);
    for (int i = 0; i < kMovedAtOnce && moved_ < before_.count; ++i, ++moved_) {
      if (before_.of[moved_] != kFree) slots_.place(before_.of[moved_], ids);
    }
    if (moved_ == before_.count) before_ = Slots();
  }

  void build(const Column<Id>& ids) {
    std::size_t size = 64;
    while (size < ids.size() * 2) size *= 2;
    slots_ = Slots(size);
    before_ = Slots();
    for (std::size_t at = 1; at <= ids.size(); ++at) slots_.place(static_cast<std::uint32_t>(at), ids);
  }

 private:
  static constexpr std::uint32_t kFree = 0;
  /// Twice as many as it takes to be done before the next growth.
  static constexpr int kMovedAtOnce = 4;

  struct Free {
    void operator()(std::uint32_t* slots) const { std::free(slots); }
  };
  /// An ordinal + 1 a slot. From calloc: the pages come when they are used, not all at once.
  struct Slots {
    Slots() = default;
    explicit Slots(std::size_t size)
        : count(size), of(static_cast<std::uint32_t*>(std::calloc(size, sizeof(std::uint32_t)))) {
      if (!of) throw std::bad_alloc();
    }
    std::size_t after(std::size_t at) const { return (at + 1) & (count - 1); }
    /// Every bit of the id reaches every bit of the place: ids that others made need not be random.
    std::size_t home(const Id& id) const {
      std::uint64_t mixed = std::hash<Id>{}(id);
      for (const auto factor : {0xFF51AFD7ED558CCDULL, 0xC4CEB9FE1A85EC53ULL}) {
        mixed ^= mixed >> 33;
        mixed *= factor;
      }
      return static_cast<std::size_t>(mixed ^ mixed >> 33) & (count - 1);
    }
    void place(std::uint32_t slot, const Column<Id>& ids) {
      auto at = home(ids[slot - 1]);
      while (of[at] != kFree) at = after(at);
      of[at] = slot;
    }
    std::size_t count = 0;
    std::unique_ptr<std::uint32_t[], Free> of;
  };

  Slots slots_;
  Slots before_;  ///< being moved into `slots_`; what was moved stays findable here too
  std::size_t moved_ = 0;
};

}  // namespace annals
