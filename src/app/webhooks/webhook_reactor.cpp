#include "app/webhooks/webhook_reactor.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "core/crypto.hpp"
#include "projections/webhooks.hpp"

namespace annals {
namespace {

constexpr unsigned kGone = 410;

/// What ends a webhook's deliveries.
struct Withdrawing {
  using Events = EventSet<WebhookUpdated, WebhookDeleted>;
  Reaction& reaction;

  void operator()(const WebhookUpdated& event) const {
    if (event.active == false) reaction.withdrawn.push_back(event.webhook.value);
  }
  void operator()(const WebhookDeleted& event) const { reaction.withdrawn.push_back(event.webhook.value); }
};

bool wants(const std::vector<std::string>& types, std::string_view type) {
  return types.empty() || std::ranges::find(types, type) != types.end();
}

}  // namespace

WebhookReactor::WebhookReactor(Store& store, const EventFeed& feed, const WebhookClient& client,
                               DeliveryLog& deliveries, std::function<Timestamp()> clock)
    : store_(store), feed_(feed), client_(client), deliveries_(deliveries), clock_(std::move(clock)) {}

std::uint64_t WebhookReactor::lane_of(WebhookId webhook, std::string_view stream) {
  std::string text;
  append_big_endian(text, webhook.value);
  text += stream;
  const auto digest = sha256(text);
  return read_big_endian(as_view(digest).substr(0, 8));
}

void WebhookReactor::prepare(PlatformId platform) {
  webhooks_ = all_webhooks(store_.views().latest(), platform);
  if (tidy_.contains(platform)) return;
  std::set<WebhookId> there;
  for (const auto& webhook : webhooks_) there.insert(webhook.id);
  deliveries_.keep_only(platform, there);
  tidy_.insert(platform);
}

EventKinds WebhookReactor::looks_for() const {
  if (std::ranges::any_of(webhooks_, &WebhookRecord::active)) return EventKinds().set();
  return kinds_in(Withdrawing::Events{});
}

void WebhookReactor::react(const Commit& commit, std::size_t event, Reaction& reaction) {
  const auto& recorded = commit.events[event];
  const auto position = commit.position_of(event);
  react_to(recorded.event, Withdrawing{reaction});
  if (std::holds_alternative<WebhookDeleted>(recorded.event)) tidy_.erase(commit.header.frame.platform);
  for (const auto& webhook : webhooks_) {
    if (!webhook.active || position <= webhook.active_from) continue;
    if (!wants(webhook.details.event_types, type_of(recorded.event))) continue;
    reaction.wishes.push_back({webhook.id.value, lane_of(webhook.id, recorded.stream)});
  }
}

std::expected<DeliveredEvent, std::string> WebhookReactor::read_event(const Effect& effect) const {
  constexpr auto kAny = std::numeric_limits<std::size_t>::max();
  const auto position = effect.position;
  const auto read = feed_.read(effect.platform, {}, Position{position.value - 1}, position,
                               {.events_max = 1, .commits_max = 1, .bytes_enough = kAny, .bytes_max = kAny});
  if (!read || read->events.empty()) return std::unexpected("the event cannot be read");
  return delivered_event(read->events.front().json);
}

Attempt WebhookReactor::attempt(const Effect& effect, const std::stop_token& stopping) {
  const auto webhook = read_webhook(store_.views().latest(), effect.platform, WebhookId{effect.target});
  if (!webhook || !webhook->active || webhook->details.url.empty()) return drop(effect);
  const auto event = read_event(effect);
  if (!event) return {Attempt::End::failed, event.error()};
  if (!wants(webhook->details.event_types, event->type)) return drop(effect);
  const auto now = clock_();
  const auto reply = client_.send(webhook->details.url, event_message(*webhook, *event, now), stopping);
  if (reply.interrupted) return {Attempt::End::interrupted};
  note(effect, *event, reply, now);
  if (reply.success()) return {Attempt::End::done};
  return {reply.status == kGone ? Attempt::End::refused : Attempt::End::failed, reply.error};
}

Attempt WebhookReactor::drop(const Effect& effect) {
  deliveries_.forget(effect.platform, WebhookId{effect.target}, effect.position);
  return {Attempt::End::dropped};
}

/// Nothing depends on it: a delivery that cannot be noted was one nevertheless.
void WebhookReactor::note(const Effect& effect, const DeliveredEvent& event, const WebhookReply& reply, Timestamp now) {
  DeliveryRow row{event.id, event.type, event.stream, event.recorded_at};
  row.delivered = reply.success();
  row.status = reply.status;
  row.last_error = reply.error;
  row.last_try = now;
  try {
    if (deliveries_.note(effect.platform, WebhookId{effect.target}, effect.position, std::move(row))) return;
    spdlog::warn("webhooks: a delivery could not be noted: the store refuses");
  } catch (const std::exception& error) {
    spdlog::warn("webhooks: a delivery could not be noted: {}", error.what());
  }
}

}  // namespace annals
