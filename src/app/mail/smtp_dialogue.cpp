#include "app/mail/smtp_dialogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace annals {
namespace {

constexpr unsigned kSendTheMail = 354;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// `5.1.1` at the beginning of the text, else nothing.
std::string_view enhanced_code(std::string_view text) {
  text = text.substr(0, text.find_first_of(" \r\n"));
  constexpr std::size_t kLongest = 9;  // `5.123.123`
  const bool well_formed = text.size() >= 5 && text.size() <= kLongest && is_digit(text.front()) &&
                           is_digit(text.back()) && std::ranges::count(text, '.') == 2 && !text.contains("..") &&
                           std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '.'; });
  return well_formed ? text : std::string_view();
}

}  // namespace

void SmtpDialogue::sent(std::string_view command) {
  over_ = over_ || command.starts_with("QUIT");
  if (over_) return;
  code_ = 0;
  enhanced_.clear();
  if (command.starts_with("RCPT TO:")) about_this_mail_ = true;
}

void SmtpDialogue::received(std::string_view reply) {
  unsigned code = 0;
  if (over_ || reply.size() < 3) return;
  const auto [end, error] = std::from_chars(reply.data(), reply.data() + 3, code);
  if (error != std::errc() || end != reply.data() + 3) return;
  code_ = code;
  enhanced_ = reply.size() > 4 ? enhanced_code(reply.substr(4)) : std::string_view();
  if (code == kSendTheMail) code_ = 0;  // the mail is the next command
}

Attempt SmtpDialogue::broken_off(std::string_view fault) const {
  std::string why(fault);
  if (code_ >= 400) why = fmt::format("the SMTP server said {}", code_);
  if (code_ >= 400 && !enhanced_.empty()) why += ' ' + enhanced_;
  if (!about_this_mail_) return {Attempt::End::unreachable, std::move(why)};
  return {code_ >= 500 ? Attempt::End::refused : Attempt::End::failed, std::move(why)};
}

}  // namespace annals
