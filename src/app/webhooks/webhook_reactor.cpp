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

/// The views are ahead of what is looked at next: what they do not show yet, or no more, the events will say.
void WebhookReactor::prepare(PlatformId platform) {
  if (platform == kSystemPlatform) return;
  auto& known = known_[platform];
  known.clear();
  std::set<WebhookId> there;
  for (auto& webhook : all_webhooks(store_.views().latest(), platform)) {
    known.emplace(webhook.id, Known{webhook.active, webhook.active_from, std::move(webhook.details.event_types)});
    there.insert(webhook.id);
  }
  if (tidy_.insert(platform).second) deliveries_.keep_only(platform, there);
}

void WebhookReactor::react(const Commit& commit, std::size_t event, Reaction& reaction) {
  const auto platform = commit.header.frame.platform;
  if (platform == kSystemPlatform) return;
  auto& webhooks = known_[platform];
  const auto& recorded = commit.events[event];
  const auto position = commit.position_of(event);
  learn(webhooks, recorded.event, position, reaction);
  if (!reaction.withdrawn.empty()) tidy_.erase(platform);
  for (const auto& [id, webhook] : webhooks) {
    if (!webhook.active || position <= webhook.active_from) continue;
    if (webhook.event_types && !wants(*webhook.event_types, type_of(recorded.event))) continue;
    reaction.wishes.push_back({id.value, lane_of(id, recorded.stream)});
  }
}

/// What a webhook's own events say of it without a key.
void WebhookReactor::learn(KnownWebhooks& webhooks, const Event& event, Position position, Reaction& reaction) {
  if (const auto* created = std::get_if<WebhookCreated>(&event)) {
    webhooks.try_emplace(created->webhook, Known{created->active, position, std::nullopt});
  } else if (const auto* updated = std::get_if<WebhookUpdated>(&event)) {
    const auto found = webhooks.find(updated->webhook);
    if (updated->active && !*updated->active) reaction.withdrawn.push_back(updated->webhook.value);
    if (found == webhooks.end()) return;
    auto& webhook = found->second;
    if (updated->active && *updated->active && !webhook.active) webhook.active_from = position;
    if (updated->active) webhook.active = *updated->active;
    if (updated->details) webhook.event_types.reset();
  } else if (const auto* deleted = std::get_if<WebhookDeleted>(&event)) {
    webhooks.erase(deleted->webhook);
    reaction.withdrawn.push_back(deleted->webhook.value);
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
