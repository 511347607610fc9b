#include "app/mail/reminder_mail.hpp"

#include <fmt/format.h>

#include <vector>

#include "app/mail/mail_text.hpp"

namespace annals {
namespace {

std::vector<std::string> lines_of(const ReminderMail& reminder) {
  std::vector<std::string> lines{fmt::format("{} ({})", in_a_line(reminder.title), name_of(reminder.type))};
  if (!reminder.about.empty()) lines.push_back(fmt::format("About: {}", in_a_line(reminder.about)));
  if (reminder.schedule_from) lines.push_back(fmt::format("When: {}", spelled(*reminder.schedule_from)));
  if (!reminder.location.empty()) lines.push_back(fmt::format("Where: {}", in_a_line(reminder.location)));
  return lines;
}

}  // namespace

void write_reminder(const ReminderMail& reminder, MailMessage& message) {
  const auto why =
      fmt::format("You own this activity on {} and asked to be reminded of it.", in_a_line(reminder.platform_name));
  message.subject = fmt::format("Reminder: {}", in_a_line(reminder.title));
  message.text.clear();
  message.html = "<!DOCTYPE html>\r\n<html>\r\n<body>\r\n";
  for (const auto& line : lines_of(reminder)) {
    message.text += line + "\r\n";
    message.html += fmt::format("<p>{}</p>\r\n", escaped(line));
  }
  message.text += fmt::format("\r\n{}\r\n", why);
  message.html += fmt::format("<p>{}</p>\r\n</body>\r\n</html>\r\n", escaped(why));
}

}  // namespace annals
