#pragma once

#include <vector>

#include "projections/rebuild.hpp"
#include "projections/tables.hpp"

/// Whether the in-memory side, moved by every commit of the log, is what loading it from the views gives.
namespace annals {

/// Of every platform of the log. Throws LogDamage at a commit that cannot be read or decoded.
std::vector<ViewDifference> compare_tables(const CommitLog& log, const ByteStore& store, const Sealer& sealer,
                                           const Digester& digester);

/// Appends where two tables of one platform differ. The trigrams of both are up to their texts.
void compare_tables(PlatformId platform, const PlatformTables& moved, const PlatformTables& loaded,
                    std::vector<ViewDifference>& differences);

}  // namespace annals
