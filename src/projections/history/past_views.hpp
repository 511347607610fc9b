#pragma once

#include "projections/rebuild.hpp"

namespace annals {

/// Fills `scratch`, which must be empty, with the views of one platform as its log stood after the last whole commit at
/// or before `until`, and with the system platform's as they are now: users and the names of platforms have no past.
/// What was erased since is erased there too. Costs the log up to there, at the pace and with the memory of a rebuild;
/// what `progress` throws ends it. Returns that commit's last position; 0: there is none.
///
/// Throws LogDamage, and std::runtime_error when `scratch` refuses a write or somebody is erased meanwhile.
Position fill_past_views(const CommitLog& log, PlatformId platform, Position until, ByteStore& scratch,
                         const Sealer& sealer, const Digester& digester, const RebuildProgress& progress);

}  // namespace annals
