#pragma once

#include <vector>

#include "projections/history/record_history.hpp"

namespace annals {

/// Where the invitations were issued that were sealed under the key of the person whose erasure stands at this
/// position, ascending. Some twenty commits are read for each. Throws LogDamage.
std::vector<Position> erased_invitations(const HistoryContext& context, Position erasure);

}  // namespace annals
