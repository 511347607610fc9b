#pragma once

#include <string>
#include <vector>

#include "app/mail/mailbox.hpp"
#include "core/time.hpp"

namespace annals {

/// One mail to one recipient, as text and as HTML.
struct MailMessage {
  std::string id;  ///< without angle brackets; ASCII, no white space
  Mailbox from;
  std::string to;  ///< as `mail_address` gives it
  Timestamp date;
  std::string subject;  ///< UTF-8, like the following
  std::string text;
  std::string html;
};

/// All but those that its parts bring, each without its last line break.
std::vector<std::string> header_lines(const MailMessage& message);

}  // namespace annals
