#pragma once

#include "projections/projecting.hpp"
#include "projections/projections.hpp"

namespace annals {

/// Of every person that is merged away, what taking the merge back needs.
struct Merges : Projecting {
  using Events = EventSet<PersonMerged, PersonUnmerged, PersonDeleted, PersonErased>;
  void on(const PersonMerged& event, const RecordedEvent& recorded);
  void on(const PersonUnmerged& event, const RecordedEvent& recorded);
  void on(const PersonDeleted& event, const RecordedEvent& recorded);
  void on(const PersonErased& event, const RecordedEvent& recorded);
};
Projection merges_projection();

}  // namespace annals
