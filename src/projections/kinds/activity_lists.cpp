#include "projections/kinds/activities.hpp"
#include "projections/kinds/listed_kind.hpp"
#include "projections/matching.hpp"

namespace annals {
namespace {

struct ActivityList : ListedKind<Activity, ActivityFilter, ActivityMatching> {
  using ListedKind::ListedKind;

  static const ActivityTable& table(const PlatformTables& tables) { return tables.activities; }
  static Watches& watches(const PlatformTables& tables) { return tables.activities.watches; }

  bool by_name() const { return false; }
  bool by_sets() const {
    return filter.order == ActivityOrder::created_at && !filter.schedule_from_gte && !filter.schedule_from_lte;
  }
  bool keeps(const PlatformTables& tables, Row row) const {
    return is_within(filter.schedule_from_gte, filter.schedule_from_lte, tables.activities.plain[row].schedule_from);
  }
  std::uint64_t key(const PlatformTables& tables, Row row) const {
    switch (filter.order) {
      case ActivityOrder::created_at:
        return row;
      case ActivityOrder::schedule_from:
        return key_of(tables.activities.plain[row].schedule_from);
      case ActivityOrder::reminder_at:
        return key_of(tables.activities.plain[row].reminder_at);
    }
    return 0;
  }
};

}  // namespace

Result<Page> list_activities(const RecordReading& from, const ActivityFilter& filter, const PageRequest& request) {
  return read_then(from, [&](const RecordReading& reading) {
    return page_of(context_of(reading), ActivityList(reading, filter), request);
  });
}

bool takes_long(const RecordReading& from, const ActivityFilter& filter) {
  return is_long(context_of(from), ActivityList(from, filter));
}

}  // namespace annals
