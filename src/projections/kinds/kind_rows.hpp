#pragma once

#include <shared_mutex>
#include <utility>

#include "projections/agreement.hpp"
#include "projections/queries.hpp"

namespace annals {

/// Calls `with(table)` with the rows of the reading's moment, and makes it the moment in which the tables are, unless
/// it is of the past. `table_of` names the table in the platform's tables; writers wait while `with` looks at it.
template <class Table, class With>
auto with_rows(RecordReading& reading, Table PlatformTables::* table_of, With with) {
  for (Agreement agreement(*reading.live.store, reading.platform);; agreement.pause()) {
    const auto tables = reading.live.tables();
    const std::shared_lock lock(tables->lock);
    if (reading.until && tables->applied != *reading.until) break;  // the past that was now a moment ago
    auto views = agreement.views(*tables);
    if (!views) continue;
    reading.views = std::move(views);
    return with(std::as_const(*tables).*table_of);
  }
  Table then;
  then.load(*reading.views, reading.platform);
  return with(std::as_const(then));
}

}  // namespace annals
