#pragma once

#include <optional>
#include <string>

#include "app/mail/mail_message.hpp"
#include "core/time.hpp"
#include "events/activity.hpp"

namespace annals {

/// What a mail reminds of.
struct ReminderMail {
  std::string platform_name;
  std::string title;
  ActivityType type = ActivityType::task;
  std::string location;  ///< may be empty
  std::optional<Timestamp> schedule_from;
  std::string about;  ///< whom or what it is about; empty: nothing that is there
};

/// Fills in subject, text and HTML, in which texts stand for themselves whatever they hold.
void write_reminder(const ReminderMail& reminder, MailMessage& message);

}  // namespace annals
