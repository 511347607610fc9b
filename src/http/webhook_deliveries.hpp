#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/problem.hpp"

namespace annals {

/// What was sent to webhooks, and what waits. One delivery of a webhook's is named by its event's position.
/// Implementations are thread-safe; reading takes as long as the disk does.
class WebhookDeliveries {
 public:
  virtual ~WebhookDeliveries() = default;
  /// The latest of the webhook's, the newest event first, JSON each.
  virtual std::vector<std::string> recent(PlatformId platform, WebhookId webhook) const = 0;
  /// Has one of the recent ones sent as soon as can be, whatever became of it before; shows it as the list does.
  /// Problems: not_found, store_unavailable.
  virtual Result<std::string> redeliver(PlatformId platform, WebhookId webhook, Position event) = 0;

  /// Gets the ping's outcome as JSON, once.
  using Told = std::move_only_function<void(std::string json)>;
  /// Sends a ping on a thread of its own, which takes half a minute at most. `begun` is called before this returns, and
  /// what it gave later. Problems, then without calling it: queue_full, stopping.
  virtual Result<void> ping(PlatformId platform, WebhookId webhook, const std::function<Told()>& begun) = 0;
};

}  // namespace annals
