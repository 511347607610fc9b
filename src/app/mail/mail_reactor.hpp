#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "app/mail/invitation_links.hpp"
#include "app/mail/mail_message.hpp"
#include "app/mail/smtp_client.hpp"
#include "app/mail/smtp_settings.hpp"
#include "app/reactors/reactor.hpp"
#include "storage/store.hpp"

namespace annals {

/// Who sends the invitations, and how. Without a server to hand them to they wait.
struct MailSender {
  Mailbox from;
  std::optional<SmtpSettings> smtp;
};

/// Sends every invitation that is issued by mail, as long as it can be redeemed when its turn comes. The target and the
/// lane of an effect are the invitation. Does not own store and links.
class MailReactor : public Reactor {
 public:
  MailReactor(Store& store, const InvitationLinks& links, MailSender sender, std::function<Timestamp()> clock);

  ReactorId id() const override { return ReactorId::mail; }
  std::string_view name() const override { return "mail"; }
  unsigned threads() const override { return 4; }
  bool keeps_done() const override { return true; }
  bool able() const override { return client_ != nullptr; }
  EventKinds looks_for() const override;
  void react(const Commit& commit, std::size_t event, Reaction& reaction) override;
  Attempt attempt(const Effect& effect, const std::stop_token& stopping) override;

  /// The mail of an invitation that can be redeemed now; nullopt: there is none to be sent any more. With an empty `to`
  /// when no mail can be sent to its address.
  std::optional<MailMessage> message_for(const Effect& effect) const;

 private:
  std::string inviter_of(const Effect& effect) const;

  Store& store_;
  const InvitationLinks& links_;
  const Mailbox from_;
  std::function<Timestamp()> clock_;
  std::unique_ptr<SmtpClient> client_;  ///< nullptr: none is configured
};

}  // namespace annals
