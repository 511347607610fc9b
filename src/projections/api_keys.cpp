#include "projections/api_keys.hpp"

#include "projections/view_ids.hpp"

namespace annals {

void ApiKeys::on(const ApiKeyIssued& event, const RecordedEvent& recorded) {
  ApiKeyRow row;
  row.id = event.key;
  row.version = recorded.version;
  row.slot = event.details.slot;
  row.user = event.user;
  row.secret_sha256 = event.secret_sha256;
  row.superuser = event.superuser;
  row.expires_at = event.expires_at;
  row.roles = event.roles;
  row.issued_at = recorded.recorded_at;
  if (event.details.data) {
    row.name_digest = digester.short_digest(platform, DigestPurpose::key_name, event.details.data->name);
    views.put(platform, view::api_key_names, key_of(*row.name_digest), pack(row.id));
  }
  put_record(*this, view::api_keys, key_of(row.id), row, event.details.data);
  count_used(views, platform, view::api_keys, row.id);
}

void ApiKeys::on(const ApiKeyRevoked& event, const RecordedEvent& recorded) {
  auto key = open_record<ApiKeyRow, ApiKeyDetails>(views, platform, view::api_keys, key_of(event.key));
  if (!key) return;
  move_digest(views, platform, view::api_key_names, key->row.name_digest, {}, event.key);
  key->row.name_digest.reset();
  key->row.version = recorded.version;
  key->row.revoked = true;
  put_record(*this, view::api_keys, key_of(event.key), key->row, key->details);
}

Projection api_keys_projection() {
  return {"ApiKeys", {view::api_keys, view::api_key_names}, apply_to<ApiKeys>};
}

std::optional<ApiKeyRow> read_api_key_row(const ViewReader& views, PlatformId platform, KeyId id) {
  const auto plain = views.get_plain(platform, view::api_keys, key_of(id));
  return plain ? std::optional(unpack<ApiKeyRow>(*plain)) : std::nullopt;
}

std::vector<ApiKeyRow> api_key_rows(const ViewReader& views, PlatformId platform) {
  std::vector<ApiKeyRow> found;
  for (auto at = views.scan(platform, view::api_keys, {}); at->valid(); at->next()) {
    if (at->key() == kNextKey) continue;
    auto row = unpack<ApiKeyRow>(at->plain());
    if (!row.revoked) found.push_back(std::move(row));
  }
  return found;
}

std::optional<ApiKeyRecord> read_api_key(const ViewReader& views, PlatformId platform, KeyId id) {
  auto key = open_record<ApiKeyRow, ApiKeyDetails>(views, platform, view::api_keys, key_of(id));
  if (!key) return std::nullopt;
  return ApiKeyRecord{std::move(key->row), std::move(key->details).value_or(ApiKeyDetails{})};
}

std::optional<ApiKeyRecord> api_key_named(const ViewReader& views, PlatformId platform, const Digester& digester,
                                          std::string_view name) {
  const auto id = find_by<KeyId>(views, platform, view::api_key_names,
                                 digester.short_digest(platform, DigestPurpose::key_name, name));
  return id ? read_api_key(views, platform, *id) : std::nullopt;
}

KeyId next_key_id(const ViewReader& views, PlatformId platform) {
  return next_of(views, platform, view::api_keys, KeyId{1});
}

}  // namespace annals
