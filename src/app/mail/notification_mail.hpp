#pragma once

#include <optional>
#include <string>
#include <variant>

#include "app/mail/mail_message.hpp"
#include "core/ids.hpp"
#include "events/event.hpp"

namespace annals {

/// What an event tells admins and a record's owner, when its kind is switched on.
struct Notification {
  NotificationKind kind;
  std::variant<PersonId, DealId> record;
};

/// nullopt: nothing. From the event's plain part.
std::optional<Notification> notification_of(const Event& event);

/// What the mail says.
struct NotificationMail {
  NotificationKind kind;
  std::string platform_name;
  std::string record_name;
  std::string actor;  ///< empty: nobody in particular
};

/// Fills in subject, text and HTML, in which names stand for themselves whatever they hold.
void write_notification(const NotificationMail& notification, MailMessage& message);

}  // namespace annals
