#include "commands/invitation/invitation_secret.hpp"

#include "core/base64.hpp"
#include "core/bytes.hpp"
#include "core/crypto.hpp"

namespace annals {

std::string invitation_secret(const Digester& digester, PlatformId platform, InvitationId invitation,
                              const EventId& issued) {
  // Mails that have been sent hold what comes of this; never change. The digest's key is the platform's own.
  std::string named;
  append_big_endian(named, invitation.value);
  named += issued.view();
  return to_base64url(as_view(digester.digest(platform, DigestPurpose::invitation_secret, named)));
}

bool opens(std::string_view secret, const Digester& digester, PlatformId platform,
           const std::optional<IssuedInvitation>& invitation) {
  const auto [id, issued] = invitation.value_or(IssuedInvitation{});
  const bool right = equal_in_constant_time(secret, invitation_secret(digester, platform, id, issued));
  return right && invitation.has_value();
}

}  // namespace annals
