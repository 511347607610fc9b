#include "app/mail/mailbox.hpp"

#include <algorithm>

#include "commands/fields/email_address.hpp"
#include "core/json.hpp"

namespace annals {
namespace {

std::string_view without_spaces_around(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

}  // namespace

std::optional<std::string> mail_address(std::string_view text) {
  auto address = ascii_email_address(text);
  const auto fits = [](char c) { return c > 0x20 && c < 0x7F && c != '<' && c != '>'; };
  if (!address || !std::ranges::all_of(*address, fits)) return std::nullopt;
  return address;
}

std::optional<Mailbox> parse_mailbox(std::string_view text) {
  text = without_spaces_around(text);
  const auto bracket = text.rfind('<');
  if (bracket == std::string_view::npos) {
    auto address = mail_address(text);
    return address ? std::optional(Mailbox{{}, *std::move(address)}) : std::nullopt;
  }
  if (!text.ends_with('>')) return std::nullopt;
  auto address = mail_address(text.substr(bracket + 1, text.size() - bracket - 2));
  auto name = without_spaces_around(text.substr(0, bracket));
  if (name.size() >= 2 && name.starts_with('"') && name.ends_with('"')) name = name.substr(1, name.size() - 2);
  if (!address || !is_utf8(name) || std::ranges::any_of(name, is_control)) return std::nullopt;
  return Mailbox{std::string(name), *std::move(address)};
}

}  // namespace annals
