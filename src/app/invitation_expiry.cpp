#include "app/invitation_expiry.hpp"

#include <future>
#include <utility>
#include <vector>

#include "core/crypto.hpp"
#include "projections/records.hpp"

namespace annals {
namespace {

Submission expire_in(PlatformId platform) {
  Caller server;
  server.platform = platform;
  server.superuser = true;
  return Submission{.platform = platform,
                    .command = ExpireInvitations{},
                    .caller = std::move(server),
                    .precondition = {},
                    .idempotency = {},
                    .correlation = CorrelationId(random_uuid()),
                    .done = {}};
}

}  // namespace

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
  std::vector<std::future<void>> answers;
  const auto now = clock_();
  for (const auto platform : store_.log().platforms()) {
    if (platform == kSystemPlatform || due_invitations(store_.views().latest(), platform, now, 1).empty()) continue;
    std::promise<void> answered;
    answers.push_back(answered.get_future());
    auto submission = expire_in(platform);
    submission.done = [answered = std::move(answered)](const Result<Answer>&) mutable { answered.set_value(); };
    commands_.submit(std::move(submission));
  }
  for (auto& answer : answers) answer.wait();
}

}  // namespace annals
