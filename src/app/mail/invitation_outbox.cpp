#include "app/mail/invitation_outbox.hpp"

#include "core/json.hpp"
#include "projections/records.hpp"
#include "projections/windows.hpp"

namespace annals {
namespace {

void append_time(std::string& out, std::optional<Timestamp> at) {
  if (!at) {
    out += "null";
    return;
  }
  out += '"';
  append_timestamp(out, *at);
  out += '"';
}

bool can_be_redeemed(const std::optional<InvitationRecord>& invitation, Timestamp now) {
  return invitation && invitation->details && invitation->open && now < invitation->expires_at;
}

}  // namespace

InvitationOutbox::Sending InvitationOutbox::sending_of(PlatformId platform, InvitationId invitation) const {
  auto all = reactors_.work_of(ReactorId::mail).of_target(platform, invitation.value);
  return all.empty() ? std::nullopt : std::optional(std::move(all.back()));
}

std::string_view InvitationOutbox::status_of(PlatformId platform, const Sending& sending) const {
  if (!sending) {
    if (!mail_.able()) return "not_configured";
    return reactors_.work_of(ReactorId::mail).lag(platform) > 0 ? "pending" : "not_sent";
  }
  switch (sending->second.state) {
    case EffectState::waiting:
      return mail_.able() ? "pending" : "not_configured";
    case EffectState::parked:
      return "parked";
    case EffectState::done:
      return "sent";
  }
  return "";
}

std::string InvitationOutbox::shown(PlatformId platform, std::string_view platform_key,
                                    const InvitationRecord& invitation) const {
  const auto sending = sending_of(platform, invitation.id);
  const auto status = status_of(platform, sending);
  const auto& email = invitation.details->email;
  std::string out = "{\"invitation_id\":" + std::to_string(invitation.id.value) + ",\"email\":";
  append_json_string(out, email);
  out += ",\"link\":";
  append_json_string(out, links_.of(platform, platform_key, invitation, email));
  out += ",\"status\":\"" + std::string(status);
  out += "\",\"attempts\":" + std::to_string(sending ? sending->second.attempts : 0) + ",\"next_try\":";
  const auto time_if = [&](bool shown) { return shown ? std::optional(sending->second.at) : std::nullopt; };
  append_time(out, time_if(sending && status == "pending"));
  out += ",\"last_error\":";
  if (sending && !sending->second.last_error.empty()) {
    append_json_string(out, sending->second.last_error);
  } else {
    out += "null";
  }
  out += ",\"sent_at\":";
  append_time(out, time_if(status == "sent"));
  return out += '}';
}

Result<Page> InvitationOutbox::list(PlatformId platform, std::string_view platform_key, const PageRequest& request,
                                    Timestamp now) const {
  const auto views = store_.views().snapshot();
  auto ids = redeemable_invitations(*views, platform, now);
  if (request.before) std::erase_if(ids, [&](InvitationId id) { return id.value >= request.before->value; });
  if (is_past_end(request, ids.size())) return std::unexpected(Problem(ProblemCode::invalid_page));
  Page page;
  page.count = ids.size();
  const auto next = next_invitation_id(*views, platform);
  page.before = request.before.value_or(Ordinal{static_cast<std::uint32_t>(next.value)});
  const auto window = window_of(request);
  ResultsText results;
  for (auto at = window.skip; at < ids.size() && at < window.skip + window.take; ++at) {
    const auto invitation = read_invitation(*views, platform, ids[at]);
    if (can_be_redeemed(invitation, now)) results.next() += shown(platform, platform_key, *invitation);
  }
  page.results = std::move(results).close();
  return page;
}

Result<std::string> InvitationOutbox::resend(PlatformId platform, std::string_view platform_key, InvitationId id,
                                             Timestamp now) {
  const auto invitation = read_invitation(store_.views().latest(), platform, id);
  if (!can_be_redeemed(invitation, now)) return std::unexpected(Problem(ProblemCode::not_found));
  if (!mail_.able()) return std::unexpected(Problem(ProblemCode::mail_not_configured));
  auto& work = reactors_.work_of(ReactorId::mail);
  const auto sending = sending_of(platform, id);
  // When the event has not been looked at yet, that will ask for the mail.
  if (sending || work.lag(platform) == 0) {
    const auto effect = sending ? sending->first : Effect{platform, id.value, Position{0}};
    if (!work.ask_for(effect, id.value)) return std::unexpected(Problem(ProblemCode::store_unavailable));
    reactors_.wake(ReactorId::mail);
  }
  return shown(platform, platform_key, *invitation);
}

}  // namespace annals
