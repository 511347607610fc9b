#include "app/webhooks/delivery_log.hpp"

#include "app/reactors/side_table_ids.hpp"
#include "projections/pack.hpp"
#include "projections/view_keys.hpp"

namespace annals {
namespace {

std::string delivery_key(WebhookId webhook, Position event) {
  return key_of(webhook) + key_of(event);
}

Position position_in(std::string_view key) {
  return Position{read_big_endian(key.substr(8))};
}

}  // namespace

std::optional<DeliveryRow> DeliveryLog::find(PlatformId platform, WebhookId webhook, Position event) const {
  const auto& tables = store_.side_tables().latest();
  const auto found = tables.get_plain(platform, side::deliveries, delivery_key(webhook, event));
  return found ? std::optional(unpack<DeliveryRow>(*found)) : std::nullopt;
}

std::map<Position, DeliveryRow> DeliveryLog::of(PlatformId platform, WebhookId webhook) const {
  std::map<Position, DeliveryRow> rows;
  const auto& tables = store_.side_tables().latest();
  for (auto at = tables.scan(platform, side::deliveries, key_of(webhook)); at->valid(); at->next()) {
    rows.emplace(position_in(at->key()), unpack<DeliveryRow>(at->plain()));
  }
  return rows;
}

bool DeliveryLog::note(PlatformId platform, WebhookId webhook, Position event, DeliveryRow last) {
  const std::scoped_lock lock(mutex_);
  const auto overlay = store_.side_tables().overlay();
  const auto rows = of(platform, webhook);
  const auto before = rows.find(event);
  last.attempts = before == rows.end() ? 1 : before->second.attempts + 1;
  overlay->put(platform, side::deliveries, delivery_key(webhook, event), pack(last));
  if (before == rows.end() && rows.size() >= kKept) {
    auto oldest = rows.begin();
    for (auto at = rows.begin(); at != rows.end(); ++at) {
      if (at->second.last_try < oldest->second.last_try) oldest = at;
    }
    overlay->erase(platform, side::deliveries, delivery_key(webhook, oldest->first));
  }
  return store_.side_tables().write(*overlay);
}

void DeliveryLog::forget(PlatformId platform, WebhookId webhook, Position event) {
  const std::scoped_lock lock(mutex_);
  if (!find(platform, webhook, event)) return;
  const auto overlay = store_.side_tables().overlay();
  overlay->erase(platform, side::deliveries, delivery_key(webhook, event));
  static_cast<void>(store_.side_tables().write(*overlay));  // else it stays until it is the oldest
}

void DeliveryLog::keep_only(PlatformId platform, const std::set<WebhookId>& webhooks) {
  const std::scoped_lock lock(mutex_);
  const auto overlay = store_.side_tables().overlay();
  bool any = false;
  for (auto at = store_.side_tables().latest().scan(platform, side::deliveries, {}); at->valid(); at->next()) {
    if (webhooks.contains(WebhookId{read_big_endian(at->key().substr(0, 8))})) continue;
    overlay->erase(platform, side::deliveries, at->key());
    any = true;
  }
  if (any) static_cast<void>(store_.side_tables().write(*overlay));  // else at the next start
}

}  // namespace annals
