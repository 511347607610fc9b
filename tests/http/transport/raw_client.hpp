#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace annals::http::test {

struct RawAnswer {
  unsigned status = 0;
  std::string head;  ///< status line and headers, without the empty line
  std::string body;

  /// The first header of that name (as the server writes it); nullopt: none.
  std::optional<std::string> header(std::string_view name) const {
    const std::size_t at = head.find("\r\n" + std::string(name) + ": ");
    if (at == std::string::npos) return std::nullopt;
    const std::size_t begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

/// A socket that sends whatever bytes it is told to.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port, int receive_buffer_bytes = 0) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer_bytes != 0)
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("cannot connect");
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// False: the peer no longer takes it.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void end_sending() { ::shutdown(socket_, SHUT_WR); }

  /// The next answer; nullopt when the connection ends or nothing whole comes in time. `head_only`: it answers a HEAD.
  std::optional<RawAnswer> answer(bool head_only = false, std::chrono::milliseconds patience = kPatience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
      if (auto whole = cut_answer(head_only)) return whole;
      if (!receive(until)) return std::nullopt;
    }
  }
  /// The bytes up to `end` and with it; what came when it does not in time.
  std::string read_to(std::string_view end, std::chrono::milliseconds patience = kPatience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    std::size_t at = received_.find(end);
    while (at == std::string::npos && receive(until)) at = received_.find(end);
    const std::size_t bytes = at == std::string::npos ? received_.size() : at + end.size();
    std::string read = received_.substr(0, bytes);
    received_.erase(0, bytes);
    return read;
  }
  /// The answers of which all bytes have come with the first ones: what one write of the server brought.
  std::size_t answers_at_once() {
    receive(std::chrono::steady_clock::now() + kPatience);
    std::size_t count = 0;
    while (cut_answer(false)) ++count;
    return count;
  }
  /// Whether the connection ends in time; what still came before is in rest().
  bool closes(std::chrono::milliseconds patience = kPatience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (receive(until)) {
    }
    return ended_;
  }
  bool was_reset() const { return reset_; }
  const std::string& rest() const { return received_; }

  static constexpr std::chrono::milliseconds kPatience{5000};

 private:
  bool receive(std::chrono::steady_clock::time_point until) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd waiting{socket_, POLLIN, 0};
    if (ended_ || left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) return false;
    char bytes[65536];
    const ssize_t got = ::recv(socket_, bytes, sizeof bytes, 0);
    reset_ = got < 0 && errno == ECONNRESET;
    ended_ = got <= 0;
    if (got > 0) received_.append(bytes, static_cast<std::size_t>(got));
    return got > 0;
  }

  std::optional<RawAnswer> cut_answer(bool head_only) {
    const std::size_t end = received_.find("\r\n\r\n");
    if (end == std::string::npos) return std::nullopt;
    RawAnswer answer;
    answer.head = received_.substr(0, end);
    answer.status = static_cast<unsigned>(std::strtoul(answer.head.c_str() + 9, nullptr, 10));
    const auto length = answer.header("Content-Length");
    const std::size_t bytes = head_only || !length ? 0 : std::strtoul(length->c_str(), nullptr, 10);
    if (received_.size() < end + 4 + bytes) return std::nullopt;
    answer.body = received_.substr(end + 4, bytes);
    received_.erase(0, end + 4 + bytes);
    return answer;
  }

  int socket_;
  std::string received_;
  bool ended_ = false;
  bool reset_ = false;
};

inline std::string get(std::string_view target, std::string_view more_headers = "") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: annals.test\r\n" + std::string(more_headers) + "\r\n";
}

inline std::string post(std::string_view target, std::string_view body, std::string_view more_headers = "") {
  return "POST " + std::string(target) +
         " HTTP/1.1\r\nHost: annals.test\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(more_headers) + "\r\n" + std::string(body);
}

}  // namespace annals::http::test
