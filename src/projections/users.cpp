#include "projections/users.hpp"

#include "projections/case_folding.hpp"
#include "projections/view_ids.hpp"

namespace annals {
namespace {

Digest128 username_digest(const Digester& digester, std::string_view username) {
  return digester.short_digest(kSystemPlatform, DigestPurpose::username, fold_case(username));
}

UserRecord user_record(const StoredValue& value) {
  auto found = opened<UserRow, UserDetails>(value);
  return {found.row, found.details.value_or(UserDetails{})};
}

void set_active(const Projecting& to, UserId id, bool active, const RecordedEvent& recorded) {
  auto user = open_record<UserRow, UserDetails>(to.views, to.platform, view::users, key_of(id));
  if (!user) return;
  user->row.version = recorded.version;
  user->row.active = active;
  put_record(to, view::users, key_of(id), user->row, user->details);
}

}  // namespace

void Users::on(const UserCreated& event, const RecordedEvent& recorded) {
  const UserRow row{event.user, recorded.version, event.details.slot, event.superuser, true};
  put_record(*this, view::users, key_of(row.id), row, event.details.data);
  count_used(views, platform, view::users, row.id);
  if (!event.details.data) return;
  const auto& details = *event.details.data;
  views.put(platform, view::usernames, key_of(username_digest(digester, details.username)), pack(row.id));
  if (details.email.empty()) return;
  views.put(platform, view::user_emails, key_of(email_digest(digester, platform, details.email)), pack(row.id));
}

void Users::on(const UserDeactivated& event, const RecordedEvent& recorded) {
  set_active(*this, event.user, false, recorded);
}

void Users::on(const UserReactivated& event, const RecordedEvent& recorded) {
  set_active(*this, event.user, true, recorded);
}

Projection users_projection() {
  return {"Users", {view::users, view::usernames, view::user_emails}, apply_to<Users>};
}

std::vector<UserRecord> all_users(const ViewReader& views) {
  std::vector<UserRecord> found;
  for (auto at = views.scan(kSystemPlatform, view::users, {}); at->valid(); at->next()) {
    if (at->key() != kNextKey) found.push_back(user_record(at->value()));
  }
  return found;
}

std::optional<UserRecord> read_user(const ViewReader& views, UserId id) {
  const auto value = views.get(kSystemPlatform, view::users, key_of(id));
  return value ? std::optional(user_record(*value)) : std::nullopt;
}

std::optional<UserRow> read_user_row(const ViewReader& views, UserId id) {
  const auto plain = views.get_plain(kSystemPlatform, view::users, key_of(id));
  return plain ? std::optional(unpack<UserRow>(*plain)) : std::nullopt;
}

std::optional<UserId> user_with_username(const ViewReader& views, const Digester& digester, std::string_view username) {
  return find_by<UserId>(views, kSystemPlatform, view::usernames, username_digest(digester, username));
}

std::optional<UserId> user_with_email(const ViewReader& views, const Digester& digester, std::string_view email) {
  if (email.empty()) return std::nullopt;
  return find_by<UserId>(views, kSystemPlatform, view::user_emails, email_digest(digester, kSystemPlatform, email));
}

UserId next_user_id(const ViewReader& views) {
  return next_of(views, kSystemPlatform, view::users, UserId{1});
}

}  // namespace annals
