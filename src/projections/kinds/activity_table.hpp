#pragma once

#include <set>
#include <string>
#include <unordered_map>

#include "projections/kinds/activities.hpp"
#include "projections/kinds/kind_table.hpp"

namespace annals {

/// Beside the rows, those of each parent: there are few of one among many, and they go along when it goes.
class ActivityTable : public KindTable<Activity> {
 public:
  void load(const ViewReader& views, PlatformId platform);
  void on(const ActivityCreated& event, const RecordedEvent& recorded);
  void on(const ActivityUpdated& event, const RecordedEvent& recorded);
  void on(const ActivityDeleted& event, const RecordedEvent& recorded);
  void on(const PersonMerged& event, const RecordedEvent& recorded);
  void on(const PersonUnmerged& event, const RecordedEvent& recorded);
  void on(const PersonDeleted& event, const RecordedEvent& recorded);
  void on(const PersonErased& event, const RecordedEvent& recorded);
  void on(const OrganizationDeleted& event, const RecordedEvent& recorded);
  void on(const DealUpdated& event, const RecordedEvent& recorded);
  void on(const DealDeleted& event, const RecordedEvent& recorded);

  /// By id.
  const std::set<ActivityId>& of(const Reference& parent) const;

  bool operator==(const ActivityTable&) const = default;

 private:
  void add(ActivityId id);
  void take(ActivityId id);
  /// Around whatever changes the row.
  void moving(ActivityId id, auto&& change) {
    take(id);
    change();
    add(id);
  }
  void lose(const Reference& parent);
  void point(ActivityId id, PersonId person);

  std::unordered_map<std::string, std::set<ActivityId>> of_parent_;  ///< by the reference's key; none is empty
};

}  // namespace annals
