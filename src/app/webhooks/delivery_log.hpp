#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "storage/store.hpp"

namespace annals {

/// What came of the tries to deliver one event to one webhook so far. Nothing personal.
struct DeliveryRow {
  EventId event;
  std::string type;
  std::string stream;
  Timestamp recorded_at;
  unsigned attempts = 0;
  bool delivered = false;    ///< the last try was a success
  unsigned status = 0;       ///< of the last answer; 0: none came
  std::string last_error{};  ///< of the last try; empty: none
  Timestamp last_try{};
  bool operator==(const DeliveryRow&) const = default;
  static void parts(auto& self, auto&& all) {
    all(self.event, self.type, self.stream, self.recorded_at, self.attempts, self.delivered, self.status,
        self.last_error, self.last_try);
  }
};

/// The deliveries of each webhook that were tried last, in a side table: for looking at, nothing depends on it.
/// Thread-safe.
class DeliveryLog {
 public:
  static constexpr std::size_t kKept = 100;  ///< of a webhook

  explicit DeliveryLog(Store& store) : store_(store) {}

  std::optional<DeliveryRow> find(PlatformId platform, WebhookId webhook, Position event) const;
  /// By position.
  std::map<Position, DeliveryRow> of(PlatformId platform, WebhookId webhook) const;
  /// Counts one try more. What was kept longest makes room. False: the store refuses.
  bool note(PlatformId platform, WebhookId webhook, Position event, DeliveryRow last);
  void forget(PlatformId platform, WebhookId webhook, Position event);
  /// Forgets all of webhooks that are none of these.
  void keep_only(PlatformId platform, const std::set<WebhookId>& webhooks);

 private:
  Store& store_;
  std::mutex mutex_;  ///< over changes
};

}  // namespace annals
