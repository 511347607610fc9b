#include "app/mail/smtp_password.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

namespace annals {

std::expected<std::string, std::string> read_smtp_password(const std::string& file,
                                                           const std::optional<std::string>& environment) {
  if (file.empty()) return environment.value_or(std::string());
  if (environment && !environment->empty()) {
    return std::unexpected(
        "The SMTP password is given twice: by --smtp-password-file and by ANNALS_SMTP_PASSWORD. Keep one.");
  }
  std::ifstream in(file, std::ios::binary);
  std::string password;
  if (!std::getline(in, password)) {
    return std::unexpected(fmt::format("--smtp-password-file: {} cannot be read, or is empty.", file));
  }
  if (password.ends_with('\r')) password.pop_back();
  if (password.empty() || std::ranges::count(password, '\0') > 0) {
    return std::unexpected(fmt::format("--smtp-password-file: the first line of {} is no password.", file));
  }
  return password;
}

}  // namespace annals
