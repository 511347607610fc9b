#pragma once

#include "projections/projecting.hpp"
#include "projections/projections.hpp"
#include "projections/records.hpp"

namespace annals {

/// What each role of a platform allows.
struct Roles : Projecting {
  using Events = EventSet<RoleCreated, RoleUpdated, RoleDeleted>;
  void on(const RoleCreated& event, const RecordedEvent& recorded);
  void on(const RoleUpdated& event, const RecordedEvent& recorded);
  void on(const RoleDeleted& event, const RecordedEvent& recorded);
};
Projection roles_projection();

/// Those not deleted, by id.
std::vector<RoleRecord> all_roles(const ViewReader& views, PlatformId platform);

}  // namespace annals
