#include "app/mail/mail_message.hpp"

#include "app/mail/header_text.hpp"

namespace annals {

std::vector<std::string> header_lines(const MailMessage& message) {
  const auto& from = message.from;
  return {"Date: " + header_date(message.date),
          "From: " + (from.name.empty() ? from.address : header_phrase(from.name) + " <" + from.address + '>'),
          "To: " + message.to, "Subject: " + header_text(message.subject), "Message-ID: <" + message.id + '>',
          // Nobody's holiday notice shall answer it.
          "Auto-Submitted: auto-generated"};
}

}  // namespace annals
