#include "projections/invitations.hpp"

#include "projections/view_ids.hpp"

namespace annals {
namespace {

using OpenInvitation = Opened<InvitationRow, InvitationDetails>;

std::string expiry_key(const InvitationRow& row) {
  return key_of(row.expires_at) + key_of(row.id);
}

/// However an invitation ends, it is neither found by its email nor by its expiry from then on.
void close_invitation(const Projecting& to, InvitationId id, const RecordedEvent& recorded) {
  auto invitation = open_record<InvitationRow, InvitationDetails>(to.views, to.platform, view::invitations, key_of(id));
  if (!invitation) return;
  auto& row = invitation->row;
  row.version = recorded.version;
  if (row.open) {
    move_digest(to.views, to.platform, view::active_invitations, row.email_digest, {}, id);
    to.views.erase(to.platform, view::invitations_by_expiry, expiry_key(row));
  }
  row.open = false;
  if (!invitation->details) row.email_digest.reset();
  put_record(to, view::invitations, key_of(id), row, invitation->details);
}

}  // namespace

void Invitations::on(const InvitationIssued& event, const RecordedEvent& recorded) {
  InvitationRow row;
  row.id = event.invitation;
  row.version = recorded.version;
  row.slot = event.details.slot;
  row.source = event.source;
  row.person = event.person;
  row.is_admin = event.is_admin;
  row.is_staff = event.is_staff;
  row.issued_at = recorded.recorded_at;
  row.expires_at = event.expires_at;
  if (event.details.data) {
    row.email_digest = email_digest(digester, platform, event.details.data->email);
    views.put(platform, view::active_invitations, key_of(*row.email_digest), pack(row.id));
  }
  views.put(platform, view::invitations_by_expiry, expiry_key(row), pack(row.id));
  put_record(*this, view::invitations, key_of(row.id), row, event.details.data);
  count_used(views, platform, view::invitations, row.id);
}

void Invitations::on(const InvitationRevoked& event, const RecordedEvent& recorded) {
  close_invitation(*this, event.invitation, recorded);
}

void Invitations::on(const InvitationExpired& event, const RecordedEvent& recorded) {
  close_invitation(*this, event.invitation, recorded);
}

Projection invitations_projection() {
  return {
      "Invitations", {view::invitations, view::active_invitations, view::invitations_by_expiry}, apply_to<Invitations>};
}

InvitationRecord invitation_record(const StoredValue& stored) {
  auto invitation = opened<InvitationRow, InvitationDetails>(stored);
  return {std::move(invitation.row), std::move(invitation.details)};
}

std::optional<InvitationRow> read_invitation_row(const ViewReader& views, PlatformId platform, InvitationId id) {
  const auto plain = views.get_plain(platform, view::invitations, key_of(id));
  return plain ? std::optional(unpack<InvitationRow>(*plain)) : std::nullopt;
}

std::optional<InvitationRecord> read_invitation(const ViewReader& views, PlatformId platform, InvitationId id) {
  const auto stored = views.get(platform, view::invitations, key_of(id));
  return stored ? std::optional(invitation_record(*stored)) : std::nullopt;
}

std::optional<InvitationRecord> open_invitation(const ViewReader& views, PlatformId platform, const Digester& digester,
                                                std::string_view email) {
  const auto id =
      find_by<InvitationId>(views, platform, view::active_invitations, email_digest(digester, platform, email));
  return id ? read_invitation(views, platform, *id) : std::nullopt;
}

std::vector<InvitationRecord> due_invitations(const ViewReader& views, PlatformId platform, Timestamp now,
                                              std::size_t limit) {
  std::vector<InvitationRecord> due;
  const auto behind = key_of(now + std::chrono::microseconds(1));
  for (auto at = views.scan(platform, view::invitations_by_expiry, {}); at->valid() && due.size() < limit; at->next()) {
    if (at->key() >= behind) break;
    if (auto invitation = read_invitation(views, platform, unpack<InvitationId>(at->plain()))) {
      due.push_back(std::move(*invitation));
    }
  }
  return due;
}

InvitationId next_invitation_id(const ViewReader& views, PlatformId platform) {
  return next_of(views, platform, view::invitations, InvitationId{1});
}

}  // namespace annals
