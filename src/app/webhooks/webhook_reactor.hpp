#pragma once

#include <expected>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "app/reactors/reactor.hpp"
#include "app/webhooks/delivery_log.hpp"
#include "app/webhooks/webhook_client.hpp"
#include "http/ports.hpp"
#include "storage/store.hpp"

namespace annals {

/// Delivers events to webhooks, each webhook's in the order of each stream.
class WebhookReactor : public Reactor {
 public:
  /// Does not own its arguments.
  WebhookReactor(Store& store, const EventFeed& feed, const WebhookClient& client, DeliveryLog& deliveries,
                 std::function<Timestamp()> clock);

  ReactorId id() const override { return ReactorId::webhooks; }
  std::string_view name() const override { return "webhooks"; }
  unsigned threads() const override { return 16; }
  unsigned per_target() const override { return 4; }
  /// About two days of tries, the first ones within a minute.
  RetrySchedule schedule() const override {
    return {.first = std::chrono::seconds(5), .longest = std::chrono::hours(6), .tries_max = 30};
  }
  void prepare(PlatformId platform) override;
  EventKinds looks_for() const override;
  void react(const Commit& commit, std::size_t event, Reaction& reaction) override;
  Attempt attempt(const Effect& effect, const std::stop_token& stopping) override;

  /// What a webhook's deliveries of one stream's events are ordered by.
  static std::uint64_t lane_of(WebhookId webhook, std::string_view stream);

 private:
  std::expected<DeliveredEvent, std::string> read_event(const Effect& effect) const;
  Attempt drop(const Effect& effect);
  void note(const Effect& effect, const DeliveredEvent& event, const WebhookReply& reply, Timestamp now);

  Store& store_;
  const EventFeed& feed_;
  const WebhookClient& client_;
  DeliveryLog& deliveries_;
  const std::function<Timestamp()> clock_;
  /// Of the thread that reads the logs: those of the platform that is looked at, and the platforms in which nothing is
  /// left of deleted ones.
  std::vector<WebhookRecord> webhooks_;
  std::set<PlatformId> tidy_;
};

}  // namespace annals
