#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace annals {

/// Whether `smtp://` turns to TLS before anything is said. `smtps://` is TLS from the first byte.
enum class SmtpTls {
  required,  ///< no mail without
  optional,  ///< when the server offers it
  off,
};

std::string_view name_of(SmtpTls tls);

/// Where mail is handed over, and as whom.
struct SmtpSettings {
  std::string url;   ///< `smtp://host:port` or `smtps://host:port`
  std::string user;  ///< empty: none
  std::string password;
  SmtpTls tls = SmtpTls::required;
  std::string ca_file;  ///< empty: the system's certificates count
  std::chrono::milliseconds connect_timeout{30'000};
  std::chrono::milliseconds stall_timeout{60'000};  ///< without a byte either way
  std::chrono::milliseconds whole_timeout{120'000};
};

}  // namespace annals
