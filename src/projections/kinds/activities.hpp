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

/// What the row says when what it was about is gone.
void lose_parent(RecordCreated<Activity>::Plain& plain, const Reference& gone);
bool has_parent(const RecordCreated<Activity>::Plain& plain);
/// An activity about a deal and a person is about the deal's person, also when that becomes another one.
void follow_deal(RecordCreated<Activity>::Plain& plain, PersonId person_of_deal);

/// Their parents are those that are there: what is deleted is cleared, and takes those along of which it was the last.
/// A deal takes all of its own.
struct Activities : RecordsAboutPersons<Activity> {
  using Events = EventSet<ActivityCreated, ActivityUpdated, ActivityDeleted, PersonDeleted, PersonErased, PersonMerged,
                          PersonUnmerged, OrganizationDeleted, DealUpdated, DealDeleted>;
  using RecordsAboutPersons::on;
  void on(const PersonDeleted& event, const RecordedEvent& recorded);
  void on(const PersonErased& event, const RecordedEvent& recorded);
  void on(const OrganizationDeleted& event, const RecordedEvent& recorded);
  void on(const DealUpdated& event, const RecordedEvent& recorded);
  void on(const DealDeleted& event, const RecordedEvent& recorded);

 private:
  void lose(const Reference& parent);
};

}  // namespace annals
