#pragma once

#include <string_view>

#include "core/problem.hpp"
#include "core/time.hpp"
#include "projections/queries.hpp"

namespace annals {

/// The mails that invitations are sent by. Implementations are thread-safe; a list takes as long as the disk does.
class MailOutbox {
 public:
  virtual ~MailOutbox() = default;
  /// The invitations that can be redeemed at `now`, the newest first, JSON each: `invitation_id`, `email`, `link`,
  /// `status` (`pending`, `sent`, `parked`, `not_sent`, `not_configured`), `attempts`, `next_try`, `last_error` and
  /// `sent_at`. Problem: invalid_page past the end.
  virtual Result<Page> list(PlatformId platform, std::string_view platform_key, const PageRequest& page,
                            Timestamp now) const = 0;
  /// Has the invitation's mail sent as soon as can be, once more if it was sent; shows it as the list does. Problems:
  /// not_found when it cannot be redeemed at `now`, mail_not_configured, store_unavailable.
  virtual Result<std::string> resend(PlatformId platform, std::string_view platform_key, InvitationId invitation,
                                     Timestamp now) = 0;
};

}  // namespace annals
