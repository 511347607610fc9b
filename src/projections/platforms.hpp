#pragma once

#include "projections/projecting.hpp"
#include "projections/projections.hpp"
#include "projections/records.hpp"

namespace annals {

/// The list of platforms (in the system platform) and what each platform's own log says of it.
struct Platforms : Projecting {
  using Events = EventSet<PlatformRegistered, PlatformOpened, NotificationsChanged>;
  void on(const PlatformRegistered& event, const RecordedEvent& recorded);
  void on(const PlatformOpened& event, const RecordedEvent& recorded);
  void on(const NotificationsChanged& event, const RecordedEvent& recorded);
};
Projection platforms_projection();

std::vector<PlatformRecord> registered_platforms(const ViewReader& views);
/// From the platform's own log; `system` for the system platform; empty before PlatformOpened and once erased.
std::string own_platform_key(const ViewReader& views, PlatformId platform);

}  // namespace annals
