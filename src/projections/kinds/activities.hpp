#pragma once

#include "projections/kinds/kind_views.hpp"

namespace annals {

template <>
struct KindViews<Activity> {
  static constexpr std::string_view name = "Activities";
  static constexpr ViewId records = view::activities;
  static constexpr ViewId references = view::activity_references;
  static constexpr ViewId due = view::activity_reminders;
};

/// Their parents are those that are there: what is deleted is cleared, and takes those along of which it was the last.
struct Activities : RecordsOf<Activity> {
  using Events = EventSet<ActivityCreated, ActivityUpdated, ActivityDeleted, PersonDeleted, PersonErased, PersonMerged,
                          PersonUnmerged, OrganizationDeleted>;
  using RecordsOf::on;
  void on(const PersonDeleted& event, const RecordedEvent& recorded);
  void on(const PersonErased& event, const RecordedEvent& recorded);
  void on(const PersonMerged& event, const RecordedEvent& recorded);
  void on(const PersonUnmerged& event, const RecordedEvent& recorded);
  void on(const OrganizationDeleted& event, const RecordedEvent& recorded);

 private:
  void lose(const Reference& parent);
  void give(std::span<const std::uint64_t> activities, PersonId person);
};

}  // namespace annals
