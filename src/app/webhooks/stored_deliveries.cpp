#include "app/webhooks/stored_deliveries.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <limits>
#include <utility>

#include "app/webhooks/webhook_reactor.hpp"
#include "core/json.hpp"
#include "projections/record_text.hpp"

namespace annals {
namespace {

constexpr std::size_t kPingThreads = 4;
constexpr std::size_t kPingsMax = 16;

ObjectText& text_or_null(ObjectText& object, std::string_view text) {
  return text.empty() ? object.null() : object.text(text);
}
ObjectText& number_or_null(ObjectText& object, unsigned number) {
  return number == 0 ? object.null() : object.number(number);
}
ObjectText& time_or_null(ObjectText& object, const std::optional<Timestamp>& at) {
  return at ? object.time(*at) : object.null();
}

/// What is known of one delivery: that it waits or is parked, what came of its tries.
struct Delivery {
  Position position;
  std::optional<EffectRow> effect;
  std::optional<DeliveryRow> tried;
};

/// Neither taken nor to be tried: it was dropped.
bool is_over(const Delivery& it) {
  return !it.effect && !(it.tried && it.tried->delivered);
}

std::string_view status_of(const Delivery& it) {
  if (!it.effect) return "delivered";
  if (it.effect->state == EffectState::parked) return "parked";
  return it.effect->attempts == 0 ? "pending" : "failed";
}

DeliveryRow row_of(const DeliveredEvent& event) {
  return {event.id, event.type, event.stream, event.recorded_at};
}

std::string delivery_json(const Delivery& it, const DeliveryRow& row) {
  const bool waits = it.effect && it.effect->state == EffectState::waiting;
  const auto& error = row.last_error.empty() && it.effect ? it.effect->last_error : row.last_error;
  ObjectText object;
  object.key("id").number(it.position.value).key("position").number(it.position.value);
  object.key("event_id").id(row.event).key("type").text(row.type).key("stream").text(row.stream);
  object.key("status").text(status_of(it)).key("attempts").number(row.attempts);
  number_or_null(object.key("response_status"), row.status);
  text_or_null(object.key("last_error"), error);
  object.key("recorded_at").time(row.recorded_at);
  time_or_null(object.key("last_try"), row.attempts > 0 ? std::optional(row.last_try) : std::nullopt);
  time_or_null(object.key("next_try"), waits ? std::optional(it.effect->at) : std::nullopt);
  return std::move(object).close();
}

std::string ping_json(const WebhookReply& reply, std::chrono::milliseconds took) {
  ObjectText object;
  object.key("delivered").boolean(reply.success());
  number_or_null(object.key("response_status"), reply.status);
  if (reply.status != 0 && is_utf8(reply.body)) {
    object.key("response_body").text(reply.body);
  } else {
    object.key("response_body").null();
  }
  text_or_null(object.key("error"), reply.interrupted ? "the server stops" : reply.error);
  object.key("duration_ms").number(static_cast<std::uint64_t>(took.count()));
  return std::move(object).close();
}

}  // namespace

StoredDeliveries::StoredDeliveries(Store& store, const EventFeed& feed, const Queries& queries,
                                   const WebhookClient& client, DeliveryLog& deliveries, ReactorWork& work,
                                   std::function<void()> woken, std::function<Timestamp()> clock)
    : store_(store),
      feed_(feed),
      queries_(queries),
      client_(client),
      deliveries_(deliveries),
      work_(work),
      woken_(std::move(woken)),
      clock_(std::move(clock)),
      threads_(kPingThreads) {}

std::vector<std::string> StoredDeliveries::recent(PlatformId platform, WebhookId webhook) const {
  const EffectTable table(store_.side_tables().latest(), ReactorId::webhooks, platform);
  const auto tried = deliveries_.of(platform, webhook);
  std::map<Position, Delivery, std::greater<>> newest;
  for (const auto& [position, row] : tried) {
    newest.emplace(position, Delivery{position, table.find({platform, webhook.value, position}), row});
  }
  for (auto& [effect, row] : table.newest_of_target(webhook.value, DeliveryLog::kKept)) {
    newest.try_emplace(effect.position, Delivery{effect.position, std::move(row), std::nullopt});
  }
  std::erase_if(newest, [](const auto& each) { return is_over(each.second); });
  while (newest.size() > DeliveryLog::kKept) newest.erase(std::prev(newest.end()));
  std::set<Position> never_tried;
  for (const auto& [position, delivery] : newest) {
    if (!delivery.tried) never_tried.insert(position);
  }
  const auto events = events_at(platform, never_tried);
  std::vector<std::string> shown;
  for (const auto& [position, delivery] : newest) {
    if (delivery.tried) {
      shown.push_back(delivery_json(delivery, *delivery.tried));
    } else if (const auto event = events.find(position); event != events.end()) {
      shown.push_back(delivery_json(delivery, row_of(event->second)));
    }
  }
  return shown;
}

/// Each commit that holds some of them is read once. What cannot be read is left out.
std::map<Position, DeliveredEvent> StoredDeliveries::events_at(PlatformId platform,
                                                               const std::set<Position>& positions) const {
  constexpr auto kAny = std::numeric_limits<std::size_t>::max();
  std::map<Position, DeliveredEvent> found;
  for (const auto position : positions) {
    if (found.contains(position)) continue;
    const auto read = feed_.read(platform, {}, Position{position.value - 1}, *positions.rbegin(),
                                 {.events_max = kAny, .commits_max = 1, .bytes_enough = kAny, .bytes_max = kAny});
    if (!read) continue;
    for (const auto& event : read->events) {
      if (positions.contains(event.position)) found.emplace(event.position, delivered_event(event.json));
    }
  }
  return found;
}

Result<std::string> StoredDeliveries::redeliver(PlatformId platform, WebhookId webhook, Position event) {
  const Effect effect{platform, webhook.value, event};
  const EffectTable table(store_.side_tables().latest(), ReactorId::webhooks, platform);
  Delivery delivery{event, table.find(effect), deliveries_.find(platform, webhook, event)};
  if (is_over(delivery)) return std::unexpected(Problem(ProblemCode::not_found));
  const auto& tried = delivery.tried;
  const auto lane = delivery.effect ? delivery.effect->lane : WebhookReactor::lane_of(webhook, tried->stream);
  if (!work_.ask_for(effect, lane)) return std::unexpected(Problem(ProblemCode::store_unavailable));
  delivery.effect = EffectRow{.lane = lane, .at = clock_()};
  const auto events = tried ? std::map<Position, DeliveredEvent>{} : events_at(platform, {event});
  auto shown = tried            ? delivery_json(delivery, *tried)
               : events.empty() ? std::string("{}")
                                : delivery_json(delivery, row_of(events.at(event)));
  woken_();
  return shown;
}

Result<void> StoredDeliveries::ping(PlatformId platform, WebhookId webhook, const std::function<Told()>& begun) {
  {
    const std::scoped_lock lock(mutex_);
    if (stopping_.stop_requested()) return std::unexpected(Problem(ProblemCode::stopping));
    if (pings_ == kPingsMax) {
      return std::unexpected(Problem(ProblemCode::queue_full, "Too many pings are under way. Try again."));
    }
    ++pings_;
  }
  boost::asio::post(threads_, [this, platform, webhook, told = begun()]() mutable {
    auto json = ping_now(platform, webhook);
    {
      const std::scoped_lock lock(mutex_);
      --pings_;
    }
    told(std::move(json));
  });
  return {};
}

std::string StoredDeliveries::ping_now(PlatformId platform, WebhookId webhook) const {
  const auto begin = std::chrono::steady_clock::now();
  WebhookReply reply;
  try {
    const auto hook = read_webhook(store_.views().latest(), platform, webhook);
    if (hook) {
      const auto message = ping_message(*hook, queries_.platform_key(platform).value_or(""), clock_());
      reply = client_.send(hook->details.url, message, stopping_.get_token());
    } else {
      reply.error = "the webhook is not there any more";
    }
  } catch (const std::exception& error) {
    spdlog::warn("webhooks: a ping broke off: {}", error.what());
    reply.error = "the server could not attempt it";
  }
  return ping_json(reply,
                   std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin));
}

void StoredDeliveries::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_.request_stop();
  }
  threads_.join();
}

}  // namespace annals
