#pragma once

#include <memory>
#include <mutex>
#include <stop_token>
#include <vector>

#include "app/mail/mail_message.hpp"
#include "app/mail/smtp_settings.hpp"
#include "app/reactors/reactor.hpp"

namespace annals {

/// Hands mails over to an SMTP server. Thread-safe; a thread's connection is kept for the mails to come.
class SmtpClient {
 public:
  /// The first one is made before other threads begin.
  explicit SmtpClient(SmtpSettings settings);
  ~SmtpClient();

  /// Blocks until the server has said whether it takes the mail. Done: it has said so. Refused: it never will take a
  /// mail for this recipient, or this mail. Failed: not now, or the connection was lost when the mail was on its way
  /// (then it may have been taken). Unreachable: nothing was asked about this mail yet.
  Attempt send(const MailMessage& message, const std::stop_token& stopping);

 private:
  struct Connection;
  std::unique_ptr<Connection> take_connection();
  void give_back(std::unique_ptr<Connection> connection);
  void set_up(Connection& connection) const;

  const SmtpSettings settings_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace annals
