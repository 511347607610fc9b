#include "app/mail/smtp_client.hpp"

#include <curl/curl.h>
#include <sys/socket.h>

#include <new>
#include <stdexcept>
#include <utility>

#include "app/mail/smtp_dialogue.hpp"

namespace annals {
namespace {

using HeaderLines = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;
using Parts = std::unique_ptr<curl_mime, void (*)(curl_mime*)>;

void append(HeaderLines& lines, const std::string& line) {
  auto* const longer = curl_slist_append(lines.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(lines.release());
  lines.reset(longer);
}

void must(CURLcode code) {
  if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
}

void add_part(curl_mime& parts, const std::string& content, const char* type) {
  auto* const part = curl_mime_addpart(&parts);
  if (part == nullptr) throw std::bad_alloc();
  must(curl_mime_data(part, content.data(), content.size()));
  must(curl_mime_type(part, type));
  must(curl_mime_encoder(part, "quoted-printable"));
}

/// Worse first, as multipart/alternative wants it.
Parts parts_of(CURL* curl, const MailMessage& message) {
  Parts parts(curl_mime_init(curl), curl_mime_free);
  if (!parts) throw std::bad_alloc();
  add_part(*parts, message.text, "text/plain; charset=utf-8");
  add_part(*parts, message.html, "text/html; charset=utf-8");
  return parts;
}

int listen_in(CURL*, curl_infotype type, char* bytes, std::size_t size, void* dialogue) {
  auto& heard = *static_cast<SmtpDialogue*>(dialogue);
  if (type == CURLINFO_HEADER_OUT) heard.sent({bytes, size});
  if (type == CURLINFO_HEADER_IN) heard.received({bytes, size});
  return 0;
}

int asks_to_stop(void* stopping, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(stopping)->stop_requested() ? 1 : 0;
}

/// While it lives, the transfer's callbacks see these two.
class Listening {
 public:
  Listening(CURL* curl, SmtpDialogue& dialogue, const std::stop_token& stopping) : curl_(curl) {
    must(curl_easy_setopt(curl, CURLOPT_DEBUGDATA, &dialogue));
    must(curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &stopping));
    must(curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L));
    must(curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L));
  }
  ~Listening() {
    curl_easy_setopt(curl_, CURLOPT_VERBOSE, 0L);
    curl_easy_setopt(curl_, CURLOPT_NOPROGRESS, 1L);
  }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

 private:
  CURL* curl_;
};

long use_ssl(SmtpTls tls) {
  switch (tls) {
    case SmtpTls::required:
      return CURLUSESSL_ALL;
    case SmtpTls::optional:
      return CURLUSESSL_TRY;
    case SmtpTls::off:
      return CURLUSESSL_NONE;
  }
  return CURLUSESSL_ALL;
}

}  // namespace

struct SmtpClient::Connection {
  std::unique_ptr<CURL, void (*)(CURL*)> curl{curl_easy_init(), curl_easy_cleanup};
  Connection() {
    if (!curl) throw std::runtime_error("libcurl cannot be used");
  }
  /// Without saying goodbye, which a server that stalls would make long.
  ~Connection() {
    curl_socket_t socket = CURL_SOCKET_BAD;
    if (curl_easy_getinfo(curl.get(), CURLINFO_ACTIVESOCKET, &socket) == CURLE_OK && socket != CURL_SOCKET_BAD) {
      ::shutdown(socket, SHUT_RDWR);
    }
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
};

SmtpClient::SmtpClient(SmtpSettings settings) : settings_(std::move(settings)) {
  must(curl_global_init(CURL_GLOBAL_DEFAULT));
}

SmtpClient::~SmtpClient() {
  idle_.clear();
  curl_global_cleanup();
}

std::unique_ptr<SmtpClient::Connection> SmtpClient::take_connection() {
  {
    const std::scoped_lock lock(mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  auto connection = std::make_unique<Connection>();
  set_up(*connection);
  return connection;
}

void SmtpClient::give_back(std::unique_ptr<Connection> connection) {
  const std::scoped_lock lock(mutex_);
  idle_.push_back(std::move(connection));
}

void SmtpClient::set_up(Connection& connection) const {
  auto* const curl = connection.curl.get();
  must(curl_easy_setopt(curl, CURLOPT_URL, settings_.url.c_str()));
  must(curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps"));
  must(curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L));
  must(curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L));  // a name that is being resolved is not waited for
  must(curl_easy_setopt(curl, CURLOPT_USE_SSL, use_ssl(settings_.tls)));
  if (!settings_.ca_file.empty()) must(curl_easy_setopt(curl, CURLOPT_CAINFO, settings_.ca_file.c_str()));
  if (!settings_.user.empty()) {
    must(curl_easy_setopt(curl, CURLOPT_USERNAME, settings_.user.c_str()));
    must(curl_easy_setopt(curl, CURLOPT_PASSWORD, settings_.password.c_str()));
  }
  must(curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connect_timeout.count())));
  must(curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(settings_.whole_timeout.count())));
  const auto stall = std::chrono::ceil<std::chrono::seconds>(settings_.stall_timeout);
  must(curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(stall.count())));
  must(curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, asks_to_stop));
  must(curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, listen_in));
}

Attempt SmtpClient::send(const MailMessage& message, const std::stop_token& stopping) {
  auto connection = take_connection();
  auto* const curl = connection->curl.get();
  const auto sender = '<' + message.from.address + '>';
  HeaderLines recipients(nullptr, curl_slist_free_all);
  append(recipients, '<' + message.to + '>');
  HeaderLines headers(nullptr, curl_slist_free_all);
  for (const auto& line : header_lines(message)) append(headers, line);
  append(headers, "Content-Type: multipart/alternative");
  const auto parts = parts_of(curl, message);
  SmtpDialogue dialogue;
  must(curl_easy_setopt(curl, CURLOPT_MAIL_FROM, sender.c_str()));
  must(curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients.get()));
  must(curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get()));
  must(curl_easy_setopt(curl, CURLOPT_MIMEPOST, parts.get()));
  const auto result = [&] {
    const Listening listening(curl, dialogue, stopping);
    return curl_easy_perform(curl);
  }();
  must(curl_easy_setopt(curl, CURLOPT_MIMEPOST, nullptr));
  must(curl_easy_setopt(curl, CURLOPT_HTTPHEADER, nullptr));
  must(curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, nullptr));
  if (result == CURLE_OK) {
    give_back(std::move(connection));
    return {Attempt::End::done};
  }
  if (result == CURLE_ABORTED_BY_CALLBACK) return {Attempt::End::interrupted};
  return dialogue.broken_off(curl_easy_strerror(result));
}

}  // namespace annals
