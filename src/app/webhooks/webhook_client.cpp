#include "app/webhooks/webhook_client.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>

#include "core/ip_address.hpp"

namespace annals {
namespace {

using RequestLines = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;
using Easy = std::unique_ptr<CURL, void (*)(CURL*)>;

template <class Value>
void set(CURL* curl, CURLoption option, Value value) {
  const auto code = curl_easy_setopt(curl, option, value);
  if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
}

RequestLines lines_of(const std::vector<std::string>& headers) {
  RequestLines lines(nullptr, curl_slist_free_all);
  const auto append = [&](const char* line) {
    auto* const longer = curl_slist_append(lines.get(), line);
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(lines.release());
    lines.reset(longer);
  };
  for (const auto& header : headers) append(header.c_str());
  append("Expect:");  // an answer to `100-continue` is not waited for
  return lines;
}

std::optional<IpAddress> address_of(const curl_sockaddr& place) {
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (place.family == AF_INET) {
    std::memcpy(&v4, &place.addr, sizeof v4);
    return IpAddress({reinterpret_cast<const std::uint8_t*>(&v4.sin_addr), 4});
  }
  if (place.family != AF_INET6) return std::nullopt;
  // Room for it stands behind the generic address.
  std::memcpy(&v6, reinterpret_cast<const char*>(&place) + offsetof(curl_sockaddr, addr), sizeof v6);
  return IpAddress({reinterpret_cast<const std::uint8_t*>(&v6.sin6_addr), 16});
}

/// What comes back of one exchange.
struct Receiving {
  const WebhookClientOptions& options;
  const std::stop_token& stopping;
  std::string body;
  std::size_t body_bytes = 0;
  bool enough = false;    ///< the answer was longer than is read
  bool kept_out = false;  ///< an address was not public
};

curl_socket_t open_socket(void* receiving, curlsocktype, curl_sockaddr* place) {
  auto& it = *static_cast<Receiving*>(receiving);
  const auto address = address_of(*place);
  if (!it.options.private_allowed && (!address || !address->is_public())) {
    it.kept_out = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(place->family, place->socktype | SOCK_CLOEXEC, place->protocol);
}

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* receiving) {
  auto& it = *static_cast<Receiving*>(receiving);
  const auto length = size * count;
  const auto room = it.options.body_bytes_kept - it.body.size();
  it.body.append(bytes, std::min(length, room));
  it.body_bytes += length;
  it.enough = it.body_bytes > it.options.body_bytes_max;
  return it.enough ? 0 : length;
}

int stops_receiving(void* receiving, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const Receiving*>(receiving)->stopping.stop_requested() ? 1 : 0;
}

void prepare(CURL* curl, const std::string& url, const WebhookMessage& message, const curl_slist* lines,
             Receiving& receiving) {
  set(curl, CURLOPT_URL, url.c_str());
  set(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  set(curl, CURLOPT_NOPROXY, "*");
  set(curl, CURLOPT_FOLLOWLOCATION, 0L);
  set(curl, CURLOPT_NOSIGNAL, 1L);
  set(curl, CURLOPT_QUICK_EXIT, 1L);  // a name that is being resolved is not waited for
  set(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(receiving.options.connect_timeout.count()));
  set(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(receiving.options.whole_timeout.count()));
  set(curl, CURLOPT_HTTPHEADER, lines);
  set(curl, CURLOPT_POST, 1L);
  set(curl, CURLOPT_POSTFIELDS, message.body.data());
  set(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(message.body.size()));
  set(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  set(curl, CURLOPT_OPENSOCKETDATA, &receiving);
  set(curl, CURLOPT_WRITEFUNCTION, take_body);
  set(curl, CURLOPT_WRITEDATA, &receiving);
  set(curl, CURLOPT_NOPROGRESS, 0L);
  set(curl, CURLOPT_XFERINFOFUNCTION, stops_receiving);
  set(curl, CURLOPT_XFERINFODATA, &receiving);
}

std::string error_of(CURLcode result, unsigned status, const Receiving& receiving) {
  const bool whole = result == CURLE_OK || (result == CURLE_WRITE_ERROR && receiving.enough);
  if (whole) return status >= 200 && status < 300 ? std::string() : fmt::format("HTTP status {}", status);
  if (receiving.kept_out) return "the address is not public";
  return curl_easy_strerror(result);
}

}  // namespace

WebhookClient::WebhookClient(WebhookClientOptions options) : options_(options) {
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw std::runtime_error("libcurl cannot be used");
}

WebhookClient::~WebhookClient() {
  curl_global_cleanup();
}

WebhookReply WebhookClient::send(const std::string& url, const WebhookMessage& message,
                                 const std::stop_token& stopping) const {
  const Easy curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) throw std::bad_alloc();
  const auto lines = lines_of(message.headers);
  Receiving receiving{options_, stopping, {}};
  prepare(curl.get(), url, message, lines.get(), receiving);
  const auto result = curl_easy_perform(curl.get());
  WebhookReply reply;
  reply.interrupted = result == CURLE_ABORTED_BY_CALLBACK && stopping.stop_requested();
  long status = 0;
  if (curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status) == CURLE_OK) {
    reply.status = static_cast<unsigned>(status);
  }
  reply.error = error_of(result, reply.status, receiving);
  reply.body = std::move(receiving.body);
  return reply;
}

}  // namespace annals
