#pragma once

#include <cstdint>
#include <functional>

#include "projections/tables.hpp"

/// The work on texts that no commit waits for: their trigrams follow them, and the oldest are forgotten when memory is
/// short. One thread at a time; it holds a platform's lock for a fraction of a millisecond at once.
namespace annals {

/// Called between two holds of the lock, to let others in.
using Pause = std::function<void()>;

/// Brings the trigrams up to the texts of some thousand rows; false when none is left of those that it found.
bool settle_texts(PlatformTables& tables, const Pause& pause);
/// Forgets the texts of the oldest persons, or of organizations when none is left, until so many bytes are free or some
/// thousand are forgotten; false when there was nothing to forget.
bool evict_texts(PlatformTables& tables, std::uint64_t bytes, const Pause& pause);

}  // namespace annals
