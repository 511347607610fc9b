#pragma once

#include <string>

#include "app/mail/mail_message.hpp"
#include "core/time.hpp"

namespace annals {

/// What the mail says by which somebody is invited.
struct InvitationMail {
  std::string platform_name;
  std::string inviter;  ///< empty: nobody in particular
  std::string link;
  Timestamp expires_at;
};

/// Fills in subject, text and HTML, in which names stand for themselves whatever they hold.
void write_invitation(const InvitationMail& invitation, MailMessage& message);

}  // namespace annals
