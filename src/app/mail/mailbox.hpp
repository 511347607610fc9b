#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace annals {

/// Somebody whom mail comes from.
struct Mailbox {
  std::string name;     ///< UTF-8; may be empty
  std::string address;  ///< as `mail_address` gives it
  bool operator==(const Mailbox&) const = default;
};

/// The address as SMTP and headers can have it, in ASCII throughout (an international domain in its IDNA form); nullopt
/// for what is no address, and for one with spaces, control characters or angle brackets in quotes.
std::optional<std::string> mail_address(std::string_view text);
/// `crm@example.org` or `Example CRM <crm@example.org>`, the name also in double quotes.
std::optional<Mailbox> parse_mailbox(std::string_view text);

}  // namespace annals
