#include "app/mail/invitation_mail.hpp"

#include <fmt/format.h>

#include "app/mail/mail_text.hpp"

namespace annals {

void write_invitation(const InvitationMail& invitation, MailMessage& message) {
  const auto platform = in_a_line(invitation.platform_name);
  const auto inviter = in_a_line(invitation.inviter);
  const auto expiry = spelled(invitation.expires_at);
  message.subject = inviter.empty() ? fmt::format("You are invited to {}", platform)
                                    : fmt::format("{} invites you to {}", inviter, platform);
  const auto sentence = message.subject + '.';
  message.text = fmt::format(
      "{}\r\n"
      "\r\n"
      "To accept, open this link:\r\n"
      "{}\r\n"
      "\r\n"
      "It can be used once, until {}.\r\n"
      "\r\n"
      "If you did not expect this invitation, ignore this mail: nothing will happen.\r\n",
      sentence, invitation.link, expiry);
  message.html = fmt::format(
      "<!DOCTYPE html>\r\n"
      "<html>\r\n"
      "<body>\r\n"
      "<p>{0}</p>\r\n"
      "<p><a href=\"{1}\">Accept the invitation</a></p>\r\n"
      "<p>The link can be used once, until {2}. Should it not open, copy this address:<br>{1}</p>\r\n"
      "<p>If you did not expect this invitation, ignore this mail: nothing will happen.</p>\r\n"
      "</body>\r\n"
      "</html>\r\n",
      escaped(sentence), escaped(invitation.link), expiry);
}

}  // namespace annals
