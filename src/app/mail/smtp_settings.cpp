#include "app/mail/smtp_settings.hpp"

namespace annals {

std::string_view name_of(SmtpTls tls) {
  switch (tls) {
    case SmtpTls::required:
      return "required";
    case SmtpTls::optional:
      return "optional";
    case SmtpTls::off:
      return "off";
  }
  return "";
}

}  // namespace annals
