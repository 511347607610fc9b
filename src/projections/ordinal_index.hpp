#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/ids.hpp"

namespace annals {

/// Finds an id's ordinal among the ids that stand by ordinal elsewhere: four bytes a slot, half of them used at most.
template <class Id>
class OrdinalIndex {
 public:
  std::optional<Ordinal> find(const Id& id, const std::vector<Id>& ids) const {
    if (slots_.empty()) return std::nullopt;
    for (auto at = home(id);; at = (at + 1) & mask()) {
      if (slots_[at] == kFree) return std::nullopt;
      if (ids[slots_[at]] == id) return Ordinal{slots_[at]};
    }
  }

  /// The last of `ids` is new.
  void added(const std::vector<Id>& ids) {
    if (ids.size() * 2 > slots_.size()) {
      grow(ids);
    } else {
      place(static_cast<std::uint32_t>(ids.size() - 1), ids);
    }
  }

  void build(const std::vector<Id>& ids) { grow(ids); }

 private:
  static constexpr std::uint32_t kFree = 0xFFFFFFFF;

  std::size_t mask() const { return slots_.size() - 1; }
  /// Every bit of the id reaches every bit of the place: ids that others made need not be random.
  std::size_t home(const Id& id) const {
    std::uint64_t mixed = std::hash<Id>{}(id);
    for (const auto factor : {0xFF51AFD7ED558CCDULL, 0xC4CEB9FE1A85EC53ULL}) {
      mixed ^= mixed >> 33;
      mixed *= factor;
    }
    return static_cast<std::size_t>(mixed ^ mixed >> 33) & mask();
  }
  void place(std::uint32_t ordinal, const std::vector<Id>& ids) {
    auto at = home(ids[ordinal]);
    while (slots_[at] != kFree) at = (at + 1) & mask();
    slots_[at] = ordinal;
  }
  void grow(const std::vector<Id>& ids) {
    std::size_t size = 64;
    while (size < ids.size() * 3) size *= 2;
    slots_.assign(size, kFree);
    for (std::uint32_t ordinal = 0; ordinal < ids.size(); ++ordinal) place(ordinal, ids);
  }

  std::vector<std::uint32_t> slots_;
};

}  // namespace annals
