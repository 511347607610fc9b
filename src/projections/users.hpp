#pragma once

#include "projections/projecting.hpp"
#include "projections/projections.hpp"
#include "projections/records.hpp"

namespace annals {

/// Everybody who has an account on this server; in the system platform.
struct Users : Projecting {
  using Events = EventSet<UserCreated, UserDeactivated, UserReactivated>;
  void on(const UserCreated& event, const RecordedEvent& recorded);
  void on(const UserDeactivated& event, const RecordedEvent& recorded);
  void on(const UserReactivated& event, const RecordedEvent& recorded);
};
Projection users_projection();

std::vector<UserRecord> all_users(const ViewReader& views);

}  // namespace annals
