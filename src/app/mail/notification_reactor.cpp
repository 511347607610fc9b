#include "app/mail/notification_reactor.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <utility>

#include "app/blind_reading.hpp"
#include "projections/kinds/deals.hpp"
#include "projections/members.hpp"
#include "projections/records.hpp"

namespace annals {
namespace {

/// Beyond the ids of users: owners' mails wait for nothing of each other.
constexpr std::uint64_t kOwnerLanes = 1ull << 63;

std::string name_of(const UserDetails& user) {
  return user.name.empty() ? user.username : user.name;
}

/// The event behind an effect without what is personal, and who caused it.
struct Cause {
  EventId id;
  Event event;
  UserId actor;
};

/// What a mail says of the record, and who owns it now.
struct ToldOf {
  std::string name;
  std::optional<UserId> owner;
};

/// nullopt: it is gone, or what it said is erased.
struct RecordToldOf {
  const ViewReader& views;
  PlatformId platform;

  std::optional<ToldOf> operator()(PersonId id) const {
    auto person = read_person(views, platform, id);
    if (!person) return std::nullopt;
    return ToldOf{std::move(person->details.name), person->owner};
  }
  std::optional<ToldOf> operator()(DealId id) const {
    auto deal = read_record<Deal>(views, platform, id);
    if (!deal || deal->erased) return std::nullopt;
    return ToldOf{std::move(deal->texts.title), deal->plain.owner};
  }
};

std::optional<Cause> cause_of(const CommitLog& log, const Effect& effect) {
  const auto record = log.read(effect.platform, effect.position)->next();
  if (!record) return std::nullopt;
  const auto commit = read_blindly(record->bytes);
  const auto& recorded = commit.events[effect.position.value - commit.header.frame.first.value];
  return Cause{recorded.id, recorded.event, commit.header.actor.user};
}

}  // namespace

NotificationReactor::NotificationReactor(Store& store, const InvitationLinks& links, MailSender sender,
                                         std::function<Timestamp()> clock)
    : store_(store), links_(links), from_(std::move(sender.from)), clock_(std::move(clock)) {
  if (sender.smtp) client_ = std::make_unique<SmtpClient>(*std::move(sender.smtp));
}

void NotificationReactor::prepare(PlatformId platform) {
  switches_ = {};
  admins_.clear();
  if (!able()) return;  // nobody wants them all at once, when they are old
  const auto& views = store_.views().latest();
  switches_ = read_notifications(views, platform);
  if (switches_.on.empty()) return;
  const auto now = clock_();
  for (const auto& member : all_member_rows(views, platform)) {
    if (member.is_admin && member.active_at(now)) admins_.push_back(member.user);
  }
}

void NotificationReactor::react(const Commit& commit, std::size_t event, Reaction& reaction) {
  const auto position = commit.position_of(event);
  const auto notification = notification_of(commit.events[event].event);
  const auto since = notification ? switches_.since(notification->kind) : std::nullopt;
  if (!since || position <= *since) return;
  for (const auto admin : admins_) reaction.wishes.push_back({admin.value, admin.value});
  reaction.wishes.push_back({kOwner, kOwnerLanes | position.value});
}

/// Who is an admin gets the mail as that, and not once more as the owner.
std::optional<MemberRow> NotificationReactor::recipient_of(const Effect& effect,
                                                           const std::optional<UserId>& owner) const {
  const bool as_owner = effect.target == kOwner;
  const auto user = as_owner ? owner : std::optional(UserId{effect.target});
  const auto member = user ? read_member_row(store_.views().latest(), effect.platform, *user) : std::nullopt;
  if (!member || !member->active_at(clock_()) || member->is_admin == as_owner) return std::nullopt;
  return member;
}

std::optional<MailMessage> NotificationReactor::message_for(const Effect& effect) const {
  const auto cause = cause_of(store_.log(), effect);
  const auto notification = cause ? notification_of(cause->event) : std::nullopt;
  const auto& views = store_.views().latest();
  if (!notification || !read_notifications(views, effect.platform).since(notification->kind)) return std::nullopt;
  const auto record = std::visit(RecordToldOf{views, effect.platform}, notification->record);
  const auto platform = read_own_platform(views, effect.platform);
  if (!record || !platform) return std::nullopt;
  const auto member = recipient_of(effect, record->owner);
  const auto user = member ? read_user(views, member->user) : std::nullopt;
  if (!user) return std::nullopt;
  const auto actor = read_user(views, cause->actor);
  const auto& [key, name] = platform->details;
  MailMessage message;
  message.id = fmt::format("notification-{}-{}-{}@{}", key, cause->id.to_string(), user->id.value, links_.host());
  message.from = from_;
  if (message.from.name.empty()) message.from.name = name;
  message.to = mail_address(user->details.email).value_or(std::string());
  message.date = clock_();
  write_notification({.kind = notification->kind,
                      .platform_name = name.empty() ? key : name,
                      .record_name = record->name,
                      .actor = actor ? name_of(actor->details) : std::string()},
                     message);
  return message;
}

Attempt NotificationReactor::attempt(const Effect& effect, const std::stop_token& stopping) {
  const auto message = message_for(effect);
  if (!message) return {Attempt::End::dropped};
  if (message->to.empty()) return {Attempt::End::refused, "no mail can be sent to such an address"};
  return client_->send(*message, stopping);
}

}  // namespace annals
