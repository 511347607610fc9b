#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"

namespace annals {

struct DigestHash {
  std::size_t operator()(const Digest128& digest) const { return std::hash<std::string_view>{}(as_view(digest)); }
};

/// The sets of metadata keys that records have. Few sets are shared by many records, so a row holds a number only.
class KeySets {
 public:
  using Number = std::uint32_t;
  using Set = std::vector<Digest128>;  ///< sorted
  static constexpr Number kEmpty = 0;

  /// The number of this set from now on, for one more row.
  Number take(const Set& keys);
  /// One row less has it.
  void drop(Number set);
  const Set& keys(Number set) const;

 private:
  struct Use {
    std::map<Set, Number>::iterator set;
    std::uint64_t rows = 0;
  };
  std::map<Set, Number> numbers_;
  std::vector<Use> uses_{Use{}};  ///< by number; the first stands for the empty set
  std::vector<Number> free_;
};

}  // namespace annals
