#pragma once

#include <string>

#include "core/ids.hpp"
#include "storage/store.hpp"

namespace annals {

/// The secrets that mails carry and redeeming asks for: HMAC under a key derived from the server's root secret,
/// computed again each time and stored nowhere. Thread-safe. Does not own the store.
class InvitationSecrets {
 public:
  explicit InvitationSecrets(const Store& store) : digester_(store.digester()) {}
  /// base64url, 43 characters. `issued` is the id of its InvitationIssued (InvitationRow::issued).
  std::string secret(PlatformId platform, InvitationId invitation, const EventId& issued) const;

 private:
  const Digester& digester_;
};

}  // namespace annals
