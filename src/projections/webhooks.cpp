#include "projections/webhooks.hpp"

#include "projections/view_ids.hpp"

namespace annals {
namespace {

using OpenWebhook = Opened<WebhookRow, WebhookDetails>;

void put_webhook(const Projecting& to, const OpenWebhook& webhook) {
  put_record(to, view::webhooks, key_of(webhook.row.id), webhook.row, webhook.details);
}

WebhookRecord webhook_record(OpenWebhook webhook) {
  return {webhook.row, std::move(webhook.details).value_or(WebhookDetails{})};
}

}  // namespace

void Webhooks::on(const WebhookCreated& event, const RecordedEvent& recorded) {
  const auto at = recorded.recorded_at;
  put_webhook(*this, {{event.webhook, recorded.version, event.details.slot, false, event.active, position, at, at},
                      event.details.data});
  count_used(views, platform, view::webhooks, event.webhook);
}

void Webhooks::on(const WebhookUpdated& event, const RecordedEvent& recorded) {
  auto webhook = open_record<WebhookRow, WebhookDetails>(views, platform, view::webhooks, key_of(event.webhook));
  if (!webhook || webhook->row.deleted) return;
  webhook->row.version = recorded.version;
  webhook->row.updated_at = recorded.recorded_at;
  if (event.active && *event.active && !webhook->row.active) webhook->row.active_from = position;
  change_to(webhook->row.active, event.active);
  if (event.details && !event.details->data) webhook->details.reset();
  if (event.details && webhook->details) {
    const auto& changed = *event.details->data;
    change_to(webhook->details->url, changed.url);
    change_to(webhook->details->description, changed.description);
    change_to(webhook->details->event_types, changed.event_types);
    change_to(webhook->details->secret, changed.secret);
  }
  put_webhook(*this, *webhook);
}

void Webhooks::on(const WebhookDeleted& event, const RecordedEvent& recorded) {
  const auto plain = views.get_plain(platform, view::webhooks, key_of(event.webhook));
  if (!plain) return;
  WebhookRow tombstone;
  tombstone.id = event.webhook;
  tombstone.version = recorded.version;
  tombstone.slot = unpack<WebhookRow>(*plain).slot;
  tombstone.deleted = true;
  views.put(platform, view::webhooks, key_of(event.webhook), pack(tombstone));
}

Projection webhooks_projection() {
  return {"Webhooks", {view::webhooks}, apply_to<Webhooks>};
}

std::vector<WebhookRecord> all_webhooks(const ViewReader& views, PlatformId platform) {
  std::vector<WebhookRecord> found;
  for (auto at = views.scan(platform, view::webhooks, {}); at->valid(); at->next()) {
    if (at->key() == kNextKey) continue;
    auto webhook = webhook_record(opened<WebhookRow, WebhookDetails>(at->value()));
    if (!webhook.deleted) found.push_back(std::move(webhook));
  }
  return found;
}

std::optional<WebhookRecord> read_webhook(const ViewReader& views, PlatformId platform, WebhookId id) {
  auto webhook = open_record<WebhookRow, WebhookDetails>(views, platform, view::webhooks, key_of(id));
  if (!webhook || webhook->row.deleted) return std::nullopt;
  return webhook_record(std::move(*webhook));
}

std::size_t webhook_count(const ViewReader& views, PlatformId platform) {
  std::size_t count = 0;
  for (auto at = views.scan(platform, view::webhooks, {}); at->valid(); at->next()) {
    if (at->key() != kNextKey && !unpack<WebhookRow>(at->plain()).deleted) ++count;
  }
  return count;
}

WebhookId next_webhook_id(const ViewReader& views, PlatformId platform) {
  return next_of(views, platform, view::webhooks, WebhookId{1});
}

StreamVersion webhook_version(const ViewReader& views, PlatformId platform, WebhookId id) {
  const auto plain = views.get_plain(platform, view::webhooks, key_of(id));
  return plain ? unpack<WebhookRow>(*plain).version : StreamVersion{};
}

}  // namespace annals
