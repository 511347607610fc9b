#pragma once

#include "projections/projecting.hpp"
#include "projections/projections.hpp"
#include "projections/records.hpp"

namespace annals {

/// Every invitation, which were sent to a person, and of the open ones which email they are for and when they expire.
struct Invitations : Projecting {
  using Events = EventSet<InvitationIssued, InvitationRevoked, InvitationExpired, InvitationRedeemed, PersonErased>;
  void on(const InvitationIssued& event, const RecordedEvent& recorded);
  void on(const InvitationRevoked& event, const RecordedEvent& recorded);
  void on(const InvitationExpired& event, const RecordedEvent& recorded);
  void on(const InvitationRedeemed& event, const RecordedEvent& recorded);
  void on(const PersonErased& event, const RecordedEvent& recorded);
};
Projection invitations_projection();

/// Opens nothing.
std::optional<InvitationRow> read_invitation_row(const ViewReader& views, PlatformId platform, InvitationId id);
InvitationRecord invitation_record(const StoredValue& stored);

}  // namespace annals
