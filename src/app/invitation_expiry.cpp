#include "app/invitation_expiry.hpp"

#include <utility>

#include "app/due_commands.hpp"
#include "projections/records.hpp"

namespace annals {

InvitationExpiry::InvitationExpiry(Store& store, CommandPort& commands, const LiveProjections& live,
                                   http::Metrics& metrics, std::function<Timestamp()> clock)
    : store_(store), commands_(commands), live_(live), metrics_(metrics), clock_(std::move(clock)) {}

void InvitationExpiry::start(std::chrono::milliseconds interval) {
  every_.start("looking for expired invitations", interval, [this] {
    expire_due();
    metrics_.invitations_active(live_.active_invitations());
  });
}

void InvitationExpiry::stop() {
  every_.stop();
}

void InvitationExpiry::expire_due() {
  const auto now = clock_();
  const auto& views = store_.views().latest();
  submit_where(store_.log().platforms(), commands_, ExpireInvitations{},
               [&](PlatformId platform) { return !due_invitations(views, platform, now, 1).empty(); });
}

}  // namespace annals
