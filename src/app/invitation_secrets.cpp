#include "app/invitation_secrets.hpp"

#include "commands/invitation/invitation_secret.hpp"

namespace annals {

std::string InvitationSecrets::secret(PlatformId platform, InvitationId invitation, const EventId& issued) const {
  return invitation_secret(digester_, platform, invitation, issued);
}

}  // namespace annals
