#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "app/mail/invitation_links.hpp"
#include "app/mail/mail_reactor.hpp"
#include "app/mail/notification_mail.hpp"
#include "app/reactors/reactor.hpp"
#include "storage/store.hpp"

namespace annals {

/// Mails a platform's admins and a record's owner what its notifications are switched on for, each of them once. An
/// effect's target is the admin, or kOwner. Does not own store and links.
class NotificationReactor : public Reactor {
 public:
  static constexpr std::uint64_t kOwner = 0;  ///< whoever owns the record when the mail is sent

  NotificationReactor(Store& store, const InvitationLinks& links, MailSender sender, std::function<Timestamp()> clock);

  ReactorId id() const override { return ReactorId::notifications; }
  std::string_view name() const override { return "notifications"; }
  unsigned threads() const override { return 2; }
  bool able() const override { return client_ != nullptr; }
  void prepare(PlatformId platform) override;
  /// Nothing while all notifications are off.
  EventKinds looks_for() const override { return switches_.on.empty() ? EventKinds() : EventKinds().set(); }
  void react(const Commit& commit, std::size_t event, Reaction& reaction) override;
  Attempt attempt(const Effect& effect, const std::stop_token& stopping) override;

  /// nullopt: there is none to be sent any more. With an empty `to` when no mail can be sent to the address.
  std::optional<MailMessage> message_for(const Effect& effect) const;

 private:
  std::optional<MemberRow> recipient_of(const Effect& effect, const std::optional<UserId>& owner) const;

  Store& store_;
  const InvitationLinks& links_;
  const Mailbox from_;
  const std::function<Timestamp()> clock_;
  std::unique_ptr<SmtpClient> client_;  ///< nullptr: none is configured
  /// Of the thread that reads the logs, for the platform that is looked at.
  NotificationsRow switches_;
  std::vector<UserId> admins_;
};

}  // namespace annals
