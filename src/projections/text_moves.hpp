#pragma once

#include <cstdint>
#include <functional>

#include "projections/tables.hpp"

/// The work on texts that no commit waits for: their trigrams follow them, and of the oldest is forgotten what no
/// search needs when memory is short. One thread at a time; it holds a platform's lock for a fraction of a millisecond
/// at once.
namespace annals {

/// Called between two holds of the lock, to let others in.
using Pause = std::function<void()>;

/// Brings the trigrams up to the texts of some thousand rows; false when none is left of those that it found.
bool settle_texts(PlatformTables& tables, const Pause& pause);
/// Forgets of the oldest persons, or of organizations when none is left, what no search needs, until so many bytes are
/// free or it was done to some thousand; false when there was nothing to forget.
bool evict_texts(PlatformTables& tables, std::uint64_t bytes, const Pause& pause);

}  // namespace annals
