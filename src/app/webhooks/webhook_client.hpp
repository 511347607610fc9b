#pragma once

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>

#include "app/webhooks/webhook_message.hpp"

namespace annals {

struct WebhookReply {
  unsigned status = 0;       ///< 0: no answer came
  std::string body;          ///< its first bytes
  std::string error;         ///< why it is no success, a phrase of ours; empty: it is one
  bool interrupted = false;  ///< the server stops

  bool success() const { return error.empty() && !interrupted; }
};

struct WebhookClientOptions {
  bool private_allowed = false;  ///< addresses that are not public may be connected to
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds whole_timeout{30'000};
  std::size_t body_bytes_kept = 1024;
  std::size_t body_bytes_max = 64 << 10;  ///< more of an answer is not read
};

/// Sends webhooks' messages over HTTP, straight to where the URL's name leads: no proxy, no redirect. Each address is
/// looked at when it is connected to, so that no name can lead inside. Thread-safe.
class WebhookClient {
 public:
  /// The first one is made before other threads begin.
  explicit WebhookClient(WebhookClientOptions options);
  ~WebhookClient();
  WebhookClient(const WebhookClient&) = delete;
  WebhookClient& operator=(const WebhookClient&) = delete;

  /// Blocks until an answer is there, as long as the timeouts let it.
  WebhookReply send(const std::string& url, const WebhookMessage& message, const std::stop_token& stopping) const;

 private:
  const WebhookClientOptions options_;
};

}  // namespace annals
