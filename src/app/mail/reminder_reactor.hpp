#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "app/mail/invitation_links.hpp"
#include "app/mail/mail_reactor.hpp"
#include "app/reactors/reactor.hpp"
#include "storage/store.hpp"

namespace annals {

/// Mails the owner of an activity when its reminder is recorded as sent, unless it has been done, given another time or
/// deleted by then. The target and the lane of an effect are the activity. Does not own store and links.
class ReminderReactor : public Reactor {
 public:
  ReminderReactor(Store& store, const InvitationLinks& links, MailSender sender, std::function<Timestamp()> clock);

  ReactorId id() const override { return ReactorId::reminders; }
  std::string_view name() const override { return "reminders"; }
  unsigned threads() const override { return 2; }
  bool able() const override { return client_ != nullptr; }
  EventKinds looks_for() const override;
  void react(const Commit& commit, std::size_t event, Reaction& reaction) override;
  Attempt attempt(const Effect& effect, const std::stop_token& stopping) override;

  /// nullopt: there is none to be sent any more. With an empty `to` when no mail can be sent to the address.
  std::optional<MailMessage> message_for(const Effect& effect) const;

 private:
  Store& store_;
  const InvitationLinks& links_;
  const Mailbox from_;
  const std::function<Timestamp()> clock_;
  std::unique_ptr<SmtpClient> client_;  ///< nullptr: none is configured
};

}  // namespace annals
