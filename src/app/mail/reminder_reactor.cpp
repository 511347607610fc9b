#include "app/mail/reminder_reactor.hpp"

#include <fmt/format.h>

#include <utility>

#include "app/mail/reminder_mail.hpp"
#include "projections/kinds/activities.hpp"
#include "projections/kinds/deals.hpp"
#include "projections/members.hpp"
#include "projections/records.hpp"

namespace annals {
namespace {

struct ReminderReacting {
  using Events = EventSet<ActivityUpdated, ActivityDeleted>;
  Reaction& reaction;

  void operator()(const ActivityUpdated& event) const {
    const auto& plain = event.plain;
    if (plain.reminder_at || plain.is_done == std::optional(true)) reaction.withdrawn.push_back(event.id.value);
    if (plain.reminder_sent == std::optional(true)) reaction.wishes.push_back({event.id.value, event.id.value});
  }
  void operator()(const ActivityDeleted& event) const { reaction.withdrawn.push_back(event.id.value); }
};

/// The name or title of what it is about.
std::string about(const ViewReader& views, PlatformId platform, const ActivityCreated::Plain& activity) {
  if (activity.person) {
    const auto person = read_person(views, platform, *activity.person);
    if (person) return person->details.name;
  }
  if (activity.organization) {
    const auto organization = read_organization(views, platform, *activity.organization);
    if (organization) return organization->details.name;
  }
  const auto deal = activity.deal ? read_record<Deal>(views, platform, *activity.deal) : std::nullopt;
  return deal ? deal->texts.title : std::string();
}

}  // namespace

ReminderReactor::ReminderReactor(Store& store, const InvitationLinks& links, MailSender sender,
                                 std::function<Timestamp()> clock)
    : store_(store), links_(links), from_(std::move(sender.from)), clock_(std::move(clock)) {
  if (sender.smtp) client_ = std::make_unique<SmtpClient>(*std::move(sender.smtp));
}

void ReminderReactor::react(const Commit& commit, std::size_t event, Reaction& reaction) {
  react_to(commit.events[event].event, ReminderReacting{reaction});
}

EventKinds ReminderReactor::looks_for() const {
  return kinds_in(ReminderReacting::Events{});
}

std::optional<MailMessage> ReminderReactor::message_for(const Effect& effect) const {
  const auto& views = store_.views().latest();
  const auto activity = read_record<Activity>(views, effect.platform, ActivityId{effect.target});
  if (!activity || activity->erased || !activity->plain.reminder_sent || activity->plain.is_done ||
      !activity->plain.owner) {
    return std::nullopt;
  }
  const auto now = clock_();
  const auto member = read_member_row(views, effect.platform, *activity->plain.owner);
  const auto user = member && member->active_at(now) ? read_user(views, member->user) : std::nullopt;
  const auto platform = read_own_platform(views, effect.platform);
  if (!user || !platform) return std::nullopt;
  const auto& [key, name] = platform->details;
  MailMessage message;
  message.id = fmt::format("reminder-{}-{}-{}@{}", key, effect.target, effect.position.value, links_.host());
  message.from = from_;
  if (message.from.name.empty()) message.from.name = name;
  message.to = mail_address(user->details.email).value_or(std::string());
  message.date = now;
  write_reminder({.platform_name = name.empty() ? key : name,
                  .title = activity->texts.title,
                  .type = activity->plain.kind,
                  .location = activity->texts.location,
                  .schedule_from = activity->plain.schedule_from,
                  .about = about(views, effect.platform, activity->plain)},
                 message);
  return message;
}

Attempt ReminderReactor::attempt(const Effect& effect, const std::stop_token& stopping) {
  const auto message = message_for(effect);
  if (!message) return {Attempt::End::dropped};
  if (message->to.empty()) return {Attempt::End::refused, "no mail can be sent to such an address"};
  return client_->send(*message, stopping);
}

}  // namespace annals
