#include "app/mail/mail_reactor.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <utility>

#include "app/blind_reading.hpp"
#include "app/mail/invitation_mail.hpp"
#include "projections/records.hpp"

namespace annals {
namespace {

/// What events about invitations ask for.
struct InvitationReacting {
  using Events = EventSet<InvitationIssued, InvitationRevoked, InvitationRedeemed, InvitationExpired, PersonErased>;
  Reaction& reaction;

  void operator()(const InvitationIssued& event) const {
    reaction.wishes.push_back({event.invitation.value, event.invitation.value});
  }
  void operator()(const InvitationRevoked& event) const { reaction.withdrawn.push_back(event.invitation.value); }
  void operator()(const InvitationRedeemed& event) const { reaction.withdrawn.push_back(event.invitation.value); }
  void operator()(const InvitationExpired& event) const { reaction.withdrawn.push_back(event.invitation.value); }
  void operator()(const PersonErased& event) const {
    for (const auto id : event.invitations) reaction.withdrawn.push_back(id.value);
  }
};

std::string message_id(const InvitationRow& invitation, std::string_view platform_key, std::string_view host) {
  return fmt::format("invitation-{}-{}-{}@{}", platform_key, invitation.id.value, invitation.issued.to_string(), host);
}

}  // namespace

MailReactor::MailReactor(Store& store, const InvitationLinks& links, MailSender sender,
                         std::function<Timestamp()> clock)
    : store_(store), links_(links), from_(std::move(sender.from)), clock_(std::move(clock)) {
  if (sender.smtp) client_ = std::make_unique<SmtpClient>(*std::move(sender.smtp));
}

void MailReactor::react(const Commit& commit, std::size_t event, Reaction& reaction) {
  react_to(commit.events[event].event, InvitationReacting{reaction});
}

EventKinds MailReactor::looks_for() const {
  return kinds_in(InvitationReacting::Events{});
}

std::optional<MailMessage> MailReactor::message_for(const Effect& effect) const {
  const auto& views = store_.views().latest();
  const InvitationId id{effect.target};
  const auto now = clock_();
  const auto invitation = read_invitation(views, effect.platform, id);
  if (!invitation || !invitation->details || !invitation->open || invitation->expires_at <= now) return std::nullopt;
  const auto platform = read_own_platform(views, effect.platform);
  if (!platform) return std::nullopt;
  const auto& [key, name] = platform->details;
  MailMessage message;
  message.id = message_id(*invitation, key, links_.host());
  message.from = from_;
  if (message.from.name.empty()) message.from.name = name;
  message.to = mail_address(invitation->details->email).value_or(std::string());
  message.date = now;
  write_invitation({.platform_name = name.empty() ? key : name,
                    .inviter = inviter_of(effect),
                    .link = links_.of(effect.platform, key, *invitation, invitation->details->email),
                    .expires_at = invitation->expires_at},
                   message);
  return message;
}

/// Empty for the server itself, and when the mail was asked for by hand.
std::string MailReactor::inviter_of(const Effect& effect) const {
  if (effect.position == Position{0}) return {};
  UserId user;
  {
    const auto record = store_.log().read(effect.platform, effect.position)->next();
    if (record) user = read_blindly(record->bytes).header.actor.user;
  }
  const auto inviter = read_user(store_.views().latest(), user);
  if (!inviter) return {};
  return inviter->details.name.empty() ? inviter->details.username : inviter->details.name;
}

Attempt MailReactor::attempt(const Effect& effect, const std::stop_token& stopping) {
  const auto message = message_for(effect);
  if (!message) return {Attempt::End::dropped};
  if (message->to.empty()) return {Attempt::End::refused, "no mail can be sent to such an address"};
  auto attempt = client_->send(*message, stopping);
  if (attempt.end == Attempt::End::unreachable) spdlog::warn("mail cannot be sent for now: {}", attempt.why);
  return attempt;
}

}  // namespace annals
