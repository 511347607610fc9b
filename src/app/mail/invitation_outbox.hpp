#pragma once

#include "app/mail/invitation_links.hpp"
#include "app/mail/mail_reactor.hpp"
#include "app/reactors/reactors.hpp"
#include "http/mail_outbox.hpp"

namespace annals {

/// What became of the invitations' mails, as far as it is known. Thread-safe; does not own its arguments.
class InvitationOutbox : public MailOutbox {
 public:
  InvitationOutbox(Store& store, const InvitationLinks& links, const MailReactor& mail, Reactors& reactors)
      : store_(store), links_(links), mail_(mail), reactors_(reactors) {}
  Result<Page> list(PlatformId platform, std::string_view platform_key, const PageRequest& page,
                    Timestamp now) const override;
  Result<std::string> resend(PlatformId platform, std::string_view platform_key, InvitationId invitation,
                             Timestamp now) override;

 private:
  using Sending = std::optional<std::pair<Effect, EffectRow>>;

  Sending sending_of(PlatformId platform, InvitationId invitation) const;
  std::string_view status_of(PlatformId platform, const Sending& sending) const;
  std::string shown(PlatformId platform, std::string_view platform_key, const InvitationRecord& invitation) const;

  Store& store_;
  const InvitationLinks& links_;
  const MailReactor& mail_;
  Reactors& reactors_;
};

}  // namespace annals
