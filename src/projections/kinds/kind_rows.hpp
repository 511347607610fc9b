#pragma once

#include <concepts>
#include <shared_mutex>
#include <utility>

#include "projections/agreement.hpp"
#include "projections/queries.hpp"

namespace annals {

/// Calls `with(table)` with the rows of the reading's moment, and makes it the moment in which the tables are, unless
/// it is of the past. `table_of` names the table in the platform's tables; writers wait while `with` looks at it. It
/// may also take the tags of that moment, nullptr when only the views have them.
template <class Table, class With>
auto with_rows(RecordReading& reading, Table PlatformTables::* table_of, With with) {
  const auto call = [&](const Table& table, const TagTable* tags) {
    if constexpr (std::invocable<With, const Table&, const TagTable*>) {
      return with(table, tags);
    } else {
      return with(table);
    }
  };
  for (Agreement agreement(*reading.live.store, reading.platform);; agreement.pause()) {
    const auto tables = reading.live.tables();
    const std::shared_lock lock(tables->lock);
    if (reading.until && tables->applied != *reading.until) break;  // the past that was now a moment ago
    auto views = agreement.views(*tables);
    if (!views) continue;
    reading.views = std::move(views);
    return call(std::as_const(*tables).*table_of, &tables->tags);
  }
  Table then;
  then.load(*reading.views, reading.platform);
  return call(then, nullptr);
}

}  // namespace annals
