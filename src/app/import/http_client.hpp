#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace annals {

/// Sends bodies to an HTTP or HTTPS server, each once over a connection of its own.
class HttpClient {
 public:
  /// `authorization` is the header's value.
  explicit HttpClient(std::string authorization);
  ~HttpClient();

  struct Reply {
    long status = 0;  ///< 0: none came; `body` then says why
    std::string body;
    std::optional<std::chrono::seconds> retry_after;
    bool sent = true;  ///< false: there was no connection, so nothing can have been done
  };
  Reply post(const std::string& url, std::string_view content_type, std::string_view body);

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
  std::string authorization_;
};

}  // namespace annals
