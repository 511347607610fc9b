#pragma once

#include "core/sealing.hpp"
#include "projections/projections.hpp"
#include "storage/commit_log.hpp"

namespace annals {

/// Applies what the log has and `views` do not have yet, a few commits at a time, to them and to the tables over them,
/// which are loaded. Returns the number of events. Throws LogDamage, and std::runtime_error when the store refuses a
/// write.
std::uint64_t follow(const CommitLog& log, ByteStore& views, LiveProjections& tables, const Sealer& sealer,
                     const Digester& digester);

}  // namespace annals
