#include <array>

#include "projections/kinds/activities.hpp"
#include "projections/kinds/listed_kind.hpp"
#include "projections/matching.hpp"

namespace annals {
namespace {

struct ActivityList : ListedKind<Activity, ActivityFilter, ActivityMatching> {
  ActivityList(const RecordReading& from, const ActivityFilter& asked) : ListedKind(from, asked) {
    needles = search_terms(asked.search);
  }

  static const ActivityTable& table(const PlatformTables& tables) { return tables.activities; }
  static Watches& watches(const PlatformTables& tables) { return tables.activities.watches; }

  /// No text of an activity is in memory.
  static const RowSet& read_for(const PlatformTables& tables) { return tables.activities.there; }

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
      case ActivityOrder::updated_at:
        return key_of(tables.activities.updated_at[row]);
      case ActivityOrder::schedule_from:
        return key_of(tables.activities.plain[row].schedule_from);
      case ActivityOrder::reminder_at:
        return key_of(tables.activities.plain[row].reminder_at);
      case ActivityOrder::type:
        return place_by_name(tables.activities.plain[row].kind, kTypes);
      case ActivityOrder::is_done:
        return tables.activities.plain[row].is_done ? 1 : 0;
    }
    return 0;
  }
  bool has_stored(const ViewReader& views, Row row) const {
    const auto activity = read_record<Activity>(views, matching.platform, ActivityTable::id_at(row));
    return activity && are_all_in(needles, {activity->texts.title, activity->texts.comment});
  }

 private:
  static constexpr std::array kTypes = {ActivityType::call,    ActivityType::meeting, ActivityType::email,
                                        ActivityType::note,    ActivityType::task,    ActivityType::lunch,
                                        ActivityType::deadline};
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
