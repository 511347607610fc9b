#pragma once

#include <chrono>
#include <functional>

#include "app/every.hpp"
#include "core/time.hpp"
#include "http/metrics.hpp"
#include "http/ports.hpp"
#include "projections/projections.hpp"
#include "storage/store.hpp"

namespace annals {

/// Looks once a second for invitations that have passed their expiry and has it recorded, through a command like any
/// other. What asks for an invitation looks at the clock itself: this only brings the log after. Its own thread; does
/// not own its arguments.
class InvitationExpiry {
 public:
  InvitationExpiry(Store& store, CommandPort& commands, const LiveProjections& live, http::Metrics& metrics,
                   std::function<Timestamp()> clock);
  void start(std::chrono::milliseconds interval = std::chrono::seconds(1));
  void stop();
  /// Submits ExpireInvitations for every platform that has a due one, and waits for the answers.
  void expire_due();

 private:
  Store& store_;
  CommandPort& commands_;
  const LiveProjections& live_;
  http::Metrics& metrics_;
  std::function<Timestamp()> clock_;
  Every every_;
};

}  // namespace annals
