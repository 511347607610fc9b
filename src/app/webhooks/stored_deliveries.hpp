#pragma once

#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>

#include "app/reactors/reactor_work.hpp"
#include "app/webhooks/delivery_log.hpp"
#include "app/webhooks/webhook_client.hpp"
#include "http/ports.hpp"
#include "http/webhook_deliveries.hpp"

namespace annals {

/// What waits for webhooks and what was tried lately, put together from the side tables.
class StoredDeliveries : public WebhookDeliveries {
 public:
  /// `woken` is called when there is something new to deliver. Does not own its arguments.
  StoredDeliveries(Store& store, const EventFeed& feed, const Queries& queries, const WebhookClient& client,
                   DeliveryLog& deliveries, ReactorWork& work, std::function<void()> woken,
                   std::function<Timestamp()> clock);
  ~StoredDeliveries() override { stop(); }

  std::vector<std::string> recent(PlatformId platform, WebhookId webhook) const override;
  Result<std::string> redeliver(PlatformId platform, WebhookId webhook, Position event) override;
  Result<void> ping(PlatformId platform, WebhookId webhook, const std::function<Told()>& begun) override;

  /// Interrupts the pings that are under way, and begins no more.
  void stop();

 private:
  std::map<Position, DeliveredEvent> events_at(PlatformId platform, const std::set<Position>& positions) const;
  std::string ping_now(PlatformId platform, WebhookId webhook) const;

  Store& store_;
  const EventFeed& feed_;
  const Queries& queries_;
  const WebhookClient& client_;
  DeliveryLog& deliveries_;
  ReactorWork& work_;
  const std::function<void()> woken_;
  const std::function<Timestamp()> clock_;
  std::mutex mutex_;
  std::size_t pings_ = 0;  ///< under way
  std::stop_source stopping_;
  boost::asio::thread_pool threads_;  ///< last: its threads use the others
};

}  // namespace annals
