#pragma once

#include "projections/projecting.hpp"
#include "projections/projections.hpp"
#include "projections/records.hpp"

namespace annals {

/// Who belongs to a platform, since when, and with what rights.
struct Members : Projecting {
  using Events = EventSet<MemberAdded, MemberChanged>;
  void on(const MemberAdded& event, const RecordedEvent& recorded);
  void on(const MemberChanged& event, const RecordedEvent& recorded);
};
Projection members_projection();

/// Opens nothing.
std::optional<MemberRow> read_member_row(const ViewReader& views, PlatformId platform, UserId user);
std::vector<MemberRow> all_member_rows(const ViewReader& views, PlatformId platform);

}  // namespace annals
