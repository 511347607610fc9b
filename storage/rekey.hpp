#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>

#include "storage/store.hpp"

namespace annals {

struct Rekeyed {
  std::uint64_t slots = 0;    ///< keys that are wrapped anew
  std::uint64_t damaged = 0;  ///< slots that did not open under the old master key, and do not open now
};

/// Wraps the root secret and every slot under a new master key: `given`, or a generated one that is kept in the data
/// directory. `options` name the old one. Until this returns the old one opens the directory, or the new one, whenever
/// the machine stops; afterwards only the new one. Not while anything is open on it. `progress` gets slots done and
/// all.
std::expected<Rekeyed, StoreProblem> rekey(const StoreOptions& options, const std::optional<Key>& given,
                                           const std::function<void(std::uint64_t, std::uint64_t)>& progress);

}  // namespace annals
