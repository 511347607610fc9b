#include "app/mail/notification_mail.hpp"

#include <fmt/format.h>

#include <string_view>

#include "app/mail/mail_text.hpp"

namespace annals {
namespace {

/// One line an event that somebody may be told about.
struct Telling {
  std::optional<Notification> operator()(const PersonCreated& it) const {
    return Notification{NotificationKind::person_created, it.person};
  }
  std::optional<Notification> operator()(const PersonLinked& it) const {
    return Notification{NotificationKind::person_linked, it.person};
  }
  std::optional<Notification> operator()(const DealStageChanged& it) const {
    return Notification{NotificationKind::deal_stage_changed, it.deal};
  }
  template <class Other>
  std::optional<Notification> operator()(const Other&) const {
    return std::nullopt;
  }
};

std::string_view happening(NotificationKind kind) {
  switch (kind) {
    case NotificationKind::person_created:
      return "was created";
    case NotificationKind::deal_stage_changed:
      return "moved to another stage";
    case NotificationKind::person_linked:
      return "was linked to a user";
  }
  return {};
}

}  // namespace

std::optional<Notification> notification_of(const Event& event) {
  return std::visit(Telling{}, event);
}

void write_notification(const NotificationMail& notification, MailMessage& message) {
  const auto platform = in_a_line(notification.platform_name);
  const auto actor = in_a_line(notification.actor);
  message.subject = fmt::format("{} {}", in_a_line(notification.record_name), happening(notification.kind));
  const auto sentence = actor.empty() ? fmt::format("{} on {}.", message.subject, platform)
                                      : fmt::format("{} on {}, by {}.", message.subject, platform, actor);
  constexpr std::string_view kWhy =
      "You get this mail as an administrator of the platform or as the record's owner. Administrators can switch such "
      "mails off.";
  message.text = fmt::format("{}\r\n\r\n{}\r\n", sentence, kWhy);
  message.html = fmt::format(
      "<!DOCTYPE html>\r\n"
      "<html>\r\n"
      "<body>\r\n"
      "<p>{}</p>\r\n"
      "<p>{}</p>\r\n"
      "</body>\r\n"
      "</html>\r\n",
      escaped(sentence), escaped(kWhy));
}

}  // namespace annals
