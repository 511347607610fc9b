#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/ids.hpp"
#include "core/sealing.hpp"

namespace annals {

/// What the mail of an invitation carries and redeeming asks for: an HMAC of the invitation and the id of its
/// InvitationIssued, computed again each time and stored nowhere. base64url, 43 characters.
std::string invitation_secret(const Digester& digester, PlatformId platform, InvitationId invitation,
                              const EventId& issued);

/// What a secret is for.
struct IssuedInvitation {
  InvitationId id;
  EventId issued;  ///< the id of its InvitationIssued
};

/// Whether this is its secret; nullopt: there is no such invitation, which is found out by the same work. In time that
/// depends on the length of `secret` only.
bool opens(std::string_view secret, const Digester& digester, PlatformId platform,
           const std::optional<IssuedInvitation>& invitation);

}  // namespace annals
