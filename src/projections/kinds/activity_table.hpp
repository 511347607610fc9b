#pragma once

#include <array>
#include <map>

#include "projections/kinds/activities.hpp"
#include "projections/kinds/kind_table.hpp"

namespace annals {

/// Rows by day, in the order of days.
class RowsByDay {
 public:
  void add(Day day, Row row) { days_[day].add(row); }
  void remove(Day day, Row row);
  const RowSet& of(Day day) const;
  /// Of the days in [first, last].
  std::uint64_t count(std::optional<Day> first, Day last) const;
  bool operator==(const RowsByDay&) const = default;

 private:
  std::map<Day, RowSet> days_;  ///< none is empty
};

template <>
struct KindIndex<Activity> {
  using Plain = RecordCreated<Activity>::Plain;
  void each_set(const Plain& activity, auto&& with) {
    with(types[static_cast<std::size_t>(activity.kind)]);
    with(done[activity.is_done ? 1 : 0]);
    if (const auto at = due_of(activity)) with(due, day_of(*at));
    if (activity.is_done && activity.done_at) with(done_on, day_of(*activity.done_at));
  }
  void add(const Plain&, Timestamp) {}
  void remove(const Plain&, Timestamp) {}
  /// When it is to end or, without an end, when it is to begin; nullopt: never, or it is done.
  static std::optional<Timestamp> due_of(const Plain& activity) {
    if (activity.is_done) return std::nullopt;
    return activity.schedule_to ? activity.schedule_to : activity.schedule_from;
  }
  static Day day_of(Timestamp at) { return Day{std::chrono::floor<std::chrono::days>(at)}; }
  bool operator==(const KindIndex&) const = default;

  std::array<RowSet, 7> types;
  std::array<RowSet, 2> done;  ///< the first: those that are not
  RowsByDay due;
  RowsByDay done_on;
};

/// An activity refers to nothing that is not there.
class ActivityTable : public KindTable<Activity> {
 public:
  using KindTable::on;
  void on(const PersonDeleted& event, const RecordedEvent& recorded);
  void on(const PersonErased& event, const RecordedEvent& recorded);
  void on(const OrganizationDeleted& event, const RecordedEvent& recorded);
  void on(const DealUpdated& event, const RecordedEvent& recorded);
  void on(const DealDeleted& event, const RecordedEvent& recorded);

  bool operator==(const ActivityTable&) const = default;

 private:
  void lose(const Reference& parent);
};

}  // namespace annals
