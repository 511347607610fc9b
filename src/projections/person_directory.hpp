#pragma once

#include "projections/projecting.hpp"
#include "projections/projections.hpp"
#include "projections/record_text.hpp"
#include "projections/records.hpp"

namespace annals {

/// Persons by ordinal with their JSON, and where to find them by id, unique id and primary email.
struct PersonDirectory : Projecting {
  using Events = EventSet<PersonCreated, PersonUpdated, PersonDeleted, PersonLinked, PersonMerged, PersonAbsorbed,
                          PersonUnmerged, PersonReleased, PersonErased>;
  void on(const PersonCreated& event, const RecordedEvent& recorded);
  void on(const PersonUpdated& event, const RecordedEvent& recorded);
  void on(const PersonDeleted& event, const RecordedEvent& recorded);
  void on(const PersonLinked& event, const RecordedEvent& recorded);
  void on(const PersonMerged& event, const RecordedEvent& recorded);
  void on(const PersonAbsorbed& event, const RecordedEvent& recorded);
  void on(const PersonUnmerged& event, const RecordedEvent& recorded);
  void on(const PersonReleased& event, const RecordedEvent& recorded);
  void on(const PersonErased& event, const RecordedEvent& recorded);
};
Projection person_directory_projection();

/// Ready to send; nullopt when it is not there.
std::optional<ShownRecord> show_person(const ViewReader& views, PlatformId platform, PersonId id);
/// The same of a record already read, joined by the caller.
std::optional<ShownRecord> show_person(StoredValue stored, const PersonRow& row, const RecordJoins& joins);

}  // namespace annals
