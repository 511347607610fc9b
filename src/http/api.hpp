#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/sealing.hpp"
#include "http/mail_outbox.hpp"
#include "http/message.hpp"
#include "http/metrics.hpp"
#include "http/ports.hpp"
#include "http/snapshots.hpp"
#include "http/webhook_deliveries.hpp"
#include "projections/queries.hpp"

namespace annals::http {

struct ApiOptions {
  std::uint64_t page_size = 50;  ///< when a list request names none
  /// Requests per second and key, and how many at once; 0: no limit.
  double rate_limit_per_second = 0;
  double rate_limit_burst = 0;
  /// The same per client address for calls without credentials; always on.
  double open_calls_per_second = 10;
  double open_calls_burst = 20;
  /// Tries to redeem an invitation per second and client address, and the same per email address; always on.
  double redeem_tries_per_second = 0.5;
  double redeem_tries_burst = 60;
  std::size_t long_reads_max = 64;  ///< of a platform that may wait
  /// How long a read waits for the position that it asks for.
  std::chrono::milliseconds min_position_patience{10'000};
  /// A live stream of events that has nothing to say says so this often.
  std::chrono::milliseconds feed_heartbeat{15'000};
  std::string version;
};

/// What the resources ask and tell.
struct Ports {
  const Queries& queries;
  CommandPort& commands;
  const Digester& digester;
  const Notary& notary;
  const Histories& histories;
  Snapshots& snapshots;
  MailOutbox& mail_outbox;
  WebhookDeliveries& webhook_deliveries;
  const EventFeed& events;
  const ImportTrials& import_trials;
  Rebuilds& rebuilds;
  const Readiness& readiness;
  Metrics& metrics;
};

/// The resources: routes, credentials, permissions, bodies, answers. Does not own what the ports are.
std::unique_ptr<RequestHandler> make_api(const ApiOptions& options, const Ports& ports);

}  // namespace annals::http
