#include "app/import/http_client.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace annals {
namespace {

constexpr long kConnectTimeoutMs = 10'000;
constexpr long kAnswerTimeoutMs = 120'000;

std::size_t append_bytes(char* bytes, std::size_t size, std::size_t count, void* to) {
  static_cast<std::string*>(to)->append(bytes, size * count);
  return size * count;
}

using Headers = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;

Headers headers_of(const std::string& authorization, std::string_view content_type) {
  Headers headers(nullptr, curl_slist_free_all);
  // An answer to `Expect: 100-continue` is not waited for.
  for (const auto& line :
       {"Authorization: " + authorization, fmt::format("Content-Type: {}", content_type), std::string("Expect:")}) {
    auto* const longer = curl_slist_append(headers.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(headers.release());
    headers.reset(longer);
  }
  return headers;
}

}  // namespace

struct HttpClient::Connection {
  std::unique_ptr<CURL, void (*)(CURL*)> curl{curl_easy_init(), curl_easy_cleanup};
};

HttpClient::HttpClient(std::string authorization)
    : connection_(std::make_unique<Connection>()), authorization_(std::move(authorization)) {
  if (!connection_->curl) throw std::runtime_error("libcurl cannot be used");
}

HttpClient::~HttpClient() = default;

HttpClient::Reply HttpClient::post(const std::string& url, std::string_view content_type, std::string_view body) {
  auto* const curl = connection_->curl.get();
  const auto headers = headers_of(authorization_, content_type);
  Reply reply;
  char why[CURL_ERROR_SIZE] = {};
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);  // on a connection that was used, libcurl sends again by itself
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, kAnswerTimeoutMs);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_POST, 1L);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append_bytes);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply.body);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
  const auto result = curl_easy_perform(curl);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, nullptr);
  if (result != CURLE_OK) {
    reply.body = why[0] != '\0' ? why : curl_easy_strerror(result);
    curl_off_t connect_us = 0;
    curl_easy_getinfo(curl, CURLINFO_PRETRANSFER_TIME_T, &connect_us);
    reply.sent = connect_us > 0;
    return reply;
  }
  curl_off_t retry_after_seconds = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
  curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after_seconds);
  if (retry_after_seconds > 0) reply.retry_after = std::chrono::seconds(retry_after_seconds);
  return reply;
}

}  // namespace annals
