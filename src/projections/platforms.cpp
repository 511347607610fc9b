#include "projections/platforms.hpp"

#include "projections/view_ids.hpp"

namespace annals {
namespace {

PlatformRecord platform_record(const StoredValue& value) {
  auto found = opened<PlatformRow, PlatformDetails>(value);
  return {found.row, found.details.value_or(PlatformDetails{})};
}

}  // namespace

void Platforms::on(const PlatformRegistered& event, const RecordedEvent& recorded) {
  const PlatformRow row{event.platform, recorded.version, event.details.slot};
  put_record(*this, view::registered_platforms, key_of(row.id), row, event.details.data);
  count_used(views, platform, view::registered_platforms, row.id);
  if (!event.details.data) return;
  const auto digest = digester.short_digest(platform, DigestPurpose::platform_key, event.details.data->key);
  views.put(platform, view::platform_keys, key_of(digest), pack(row.id));
}

void Platforms::on(const PlatformOpened& event, const RecordedEvent& recorded) {
  const PlatformRow row{platform, recorded.version, event.details.slot};
  put_record(*this, view::own_platform, {}, row, event.details.data);
}

void Platforms::on(const NotificationsChanged& event, const RecordedEvent& recorded) {
  auto row = read_notifications(views, platform);
  row.version = recorded.version;
  row.change(event, position);
  views.put(platform, view::notifications, {}, pack(row));
}

Projection platforms_projection() {
  return {"Platforms",
          {view::own_platform, view::notifications, view::registered_platforms, view::platform_keys},
          apply_to<Platforms>};
}

std::vector<PlatformRecord> registered_platforms(const ViewReader& views) {
  std::vector<PlatformRecord> found;
  for (auto at = views.scan(kSystemPlatform, view::registered_platforms, {}); at->valid(); at->next()) {
    if (at->key() != kNextKey) found.push_back(platform_record(at->value()));
  }
  return found;
}

std::string own_platform_key(const ViewReader& views, PlatformId platform) {
  if (platform == kSystemPlatform) return "system";
  const auto own = read_own_platform(views, platform);
  return own ? own->details.key : std::string();
}

std::optional<PlatformRecord> read_own_platform(const ViewReader& views, PlatformId platform) {
  const auto value = views.get(platform, view::own_platform, {});
  return value ? std::optional(platform_record(*value)) : std::nullopt;
}

NotificationsRow read_notifications(const ViewReader& views, PlatformId platform) {
  if (const auto row = views.get_plain(platform, view::notifications, {})) return unpack<NotificationsRow>(*row);
  const auto own = views.get_plain(platform, view::own_platform, {});
  return {own ? unpack<PlatformRow>(*own).version : StreamVersion{}, {}};
}

std::optional<PlatformRecord> read_registered_platform(const ViewReader& views, PlatformId id) {
  const auto value = views.get(kSystemPlatform, view::registered_platforms, key_of(id));
  return value ? std::optional(platform_record(*value)) : std::nullopt;
}

std::optional<PlatformId> platform_with_key(const ViewReader& views, const Digester& digester, std::string_view key) {
  return find_by<PlatformId>(views, kSystemPlatform, view::platform_keys,
                             digester.short_digest(kSystemPlatform, DigestPurpose::platform_key, key));
}

PlatformId next_platform_id(const ViewReader& views) {
  return next_of(views, kSystemPlatform, view::registered_platforms, PlatformId{1});
}

}  // namespace annals
