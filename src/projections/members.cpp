#include "projections/members.hpp"

#include "projections/view_ids.hpp"

namespace annals {

void Members::on(const MemberAdded& event, const RecordedEvent& recorded) {
  MemberRow row;
  row.user = event.user;
  row.version = recorded.version;
  row.slot = event.details.slot;
  row.ordinal = next_of(views, platform, view::members, Ordinal{0});
  row.is_admin = event.is_admin;
  row.is_staff = event.is_staff;
  row.active = event.active;
  row.expires_at = event.expires_at;
  row.added_at = recorded.recorded_at;
  views.put(platform, view::members, kNextKey, pack(Ordinal{row.ordinal.value + 1}));
  put_record(*this, view::members, key_of(row.user), row, event.details.data);
}

void Members::on(const MemberChanged& event, const RecordedEvent& recorded) {
  auto member = open_record<MemberRow, MemberDetails>(views, platform, view::members, key_of(event.user));
  if (!member) return;
  auto& row = member->row;
  row.version = recorded.version;
  change_to(row.is_admin, event.is_admin);
  change_to(row.is_staff, event.is_staff);
  change_to(row.active, event.active);
  change_to(row.expires_at, event.expires_at);
  put_record(*this, view::members, key_of(row.user), row, member->details);
}

Projection members_projection() {
  return {"Members", {view::members}, apply_to<Members>};
}

std::optional<MemberRow> read_member_row(const ViewReader& views, PlatformId platform, UserId user) {
  const auto plain = views.get_plain(platform, view::members, key_of(user));
  return plain ? std::optional(unpack<MemberRow>(*plain)) : std::nullopt;
}

std::vector<MemberRow> all_member_rows(const ViewReader& views, PlatformId platform) {
  std::vector<MemberRow> found;
  for (auto at = views.scan(platform, view::members, {}); at->valid(); at->next()) {
    if (at->key() != kNextKey) found.push_back(unpack<MemberRow>(at->plain()));
  }
  return found;
}

std::optional<MemberRecord> read_member(const ViewReader& views, PlatformId platform, UserId user) {
  auto member = open_record<MemberRow, MemberDetails>(views, platform, view::members, key_of(user));
  if (!member) return std::nullopt;
  return MemberRecord{std::move(member->row), std::move(member->details).value_or(MemberDetails{})};
}

}  // namespace annals
