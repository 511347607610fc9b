#pragma once

#include "projections/projecting.hpp"
#include "projections/projections.hpp"
#include "projections/records.hpp"

namespace annals {

/// Which users hold which role.
struct Policies : Projecting {
  using Events = EventSet<PolicyCreated, PolicyUpdated, PolicyDeleted>;
  void on(const PolicyCreated& event, const RecordedEvent& recorded);
  void on(const PolicyUpdated& event, const RecordedEvent& recorded);
  void on(const PolicyDeleted& event, const RecordedEvent& recorded);
};
Projection policies_projection();

/// nullopt when deleted too. Opens nothing.
std::optional<PolicyRow> read_policy_row(const ViewReader& views, PlatformId platform, PolicyId id);
/// Those not deleted, by id.
std::vector<PolicyRecord> all_policies(const ViewReader& views, PlatformId platform);

}  // namespace annals
