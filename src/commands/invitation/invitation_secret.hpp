#pragma once

#include <string>
#include <string_view>

#include "core/ids.hpp"
#include "core/sealing.hpp"

namespace annals {

/// What the mail of an invitation carries and redeeming asks for: an HMAC of the invitation and the id of its
/// InvitationIssued, computed again each time and stored nowhere. base64url, 43 characters.
std::string invitation_secret(const Digester& digester, PlatformId platform, InvitationId invitation,
                              const EventId& issued);

/// In time that depends on the length of `given` only.
bool is_invitation_secret(std::string_view given, const Digester& digester, PlatformId platform,
                          InvitationId invitation, const EventId& issued);

}  // namespace annals
