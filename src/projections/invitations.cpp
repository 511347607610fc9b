#include "projections/invitations.hpp"

#include <algorithm>

#include "projections/view_ids.hpp"

namespace annals {
namespace {

using OpenedInvitation = Opened<InvitationRow, InvitationDetails>;

std::string expiry_key(const InvitationRow& row) {
  return key_of(row.expires_at) + key_of(row.id);
}

std::string person_key(PersonId person, InvitationId invitation) {
  return std::string(key_of(person)) + key_of(invitation);
}

/// However an invitation ends, it is neither found by its email nor by its expiry from then on.
void close_invitation(const Projecting& to, InvitationId id, const RecordedEvent& recorded,
                      std::optional<UserId> redeemed_by = std::nullopt) {
  auto invitation = open_record<InvitationRow, InvitationDetails>(to.views, to.platform, view::invitations, key_of(id));
  if (!invitation) return;
  auto& row = invitation->row;
  row.version = recorded.version;
  if (row.open) {
    move_digest(to.views, to.platform, view::active_invitations, row.email_digest, {}, id);
    to.views.erase(to.platform, view::invitations_by_expiry, expiry_key(row));
  }
  row.open = false;
  if (redeemed_by) row.redeemed_by = redeemed_by;
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
  row.issued_by = by;
  row.issued = recorded.id;
  if (event.details.data) {
    row.email_digest = email_digest(digester, platform, event.details.data->email);
    views.put(platform, view::active_invitations, key_of(*row.email_digest), pack(row.id));
  }
  views.put(platform, view::invitations_by_expiry, expiry_key(row), pack(row.id));
  if (row.person) views.put(platform, view::person_invitations, person_key(*row.person, row.id), {});
  put_record(*this, view::invitations, key_of(row.id), row, event.details.data);
  count_used(views, platform, view::invitations, row.id);
}

void Invitations::on(const InvitationRevoked& event, const RecordedEvent& recorded) {
  close_invitation(*this, event.invitation, recorded);
}

void Invitations::on(const InvitationExpired& event, const RecordedEvent& recorded) {
  close_invitation(*this, event.invitation, recorded);
}

void Invitations::on(const InvitationRedeemed& event, const RecordedEvent& recorded) {
  close_invitation(*this, event.invitation, recorded, event.user);
}

/// Their address goes with the person's key, and so does the digest that finds them by it.
void Invitations::on(const PersonErased& event, const RecordedEvent&) {
  for (const auto id : event.invitations) {
    auto row = read_invitation_row(views, platform, id);
    if (!row) continue;
    move_digest(views, platform, view::active_invitations, row->email_digest, {}, id);
    row->email_digest.reset();
    views.put_erased(platform, view::invitations, key_of(id), pack(*row), row->slot);
    views.erase(platform, view::person_invitations, person_key(event.person, id));
  }
}

Projection invitations_projection() {
  return {"Invitations",
          {view::invitations, view::active_invitations, view::invitations_by_expiry, view::person_invitations},
          apply_to<Invitations>};
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

std::vector<InvitationRow> invitations_of(const ViewReader& views, PlatformId platform, PersonId person) {
  std::vector<InvitationRow> sent;
  const auto prefix = key_of(person);
  for (auto at = views.scan(platform, view::person_invitations, prefix); at->valid(); at->next()) {
    const InvitationId id{read_big_endian(at->key().substr(prefix.size()))};
    if (auto row = read_invitation_row(views, platform, id)) sent.push_back(*std::move(row));
  }
  return sent;
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

std::vector<InvitationId> redeemable_invitations(const ViewReader& views, PlatformId platform, Timestamp now) {
  std::vector<InvitationId> ids;
  const auto behind = key_of(now + std::chrono::microseconds(1));
  for (auto at = views.scan(platform, view::invitations_by_expiry, {}, behind); at->valid(); at->next()) {
    ids.push_back(unpack<InvitationId>(at->plain()));
  }
  std::ranges::sort(ids, std::ranges::greater());
  return ids;
}

InvitationId next_invitation_id(const ViewReader& views, PlatformId platform) {
  return next_of(views, platform, view::invitations, InvitationId{1});
}

}  // namespace annals
