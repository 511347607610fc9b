#pragma once

#include <optional>

#include "core/ids.hpp"

namespace annals {

/// Personal data of one subject inside an event: sealed under the key in `slot`. `data` is nullopt once that key has
/// been erased; everything that handles events must make do with that.
template <class T>
struct Sealed {
  using data_type = T;
  SlotId slot;
  std::optional<T> data;
  bool operator==(const Sealed&) const = default;
};

}  // namespace annals
