#include "bench/load/connection.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace load {
namespace {

std::system_error failure(const char* what) {
  return {errno, std::generic_category(), what};
}

/// Of the header line; its name in any case.
std::optional<std::size_t> content_length(std::string_view head) {
  constexpr std::string_view kName = "\r\ncontent-length: ";
  for (auto at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at + 2)) {
    const auto line = head.substr(at);
    if (line.size() < kName.size() || ::strncasecmp(line.data(), kName.data(), kName.size()) != 0) continue;
    std::size_t length = 0;
    std::from_chars(line.data() + kName.size(), line.data() + line.size(), length);
    return length;
  }
  return std::nullopt;
}

}  // namespace

Connection::Connection(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (descriptor_ < 0) throw failure("socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
      ::fcntl(descriptor_, F_SETFL, O_NONBLOCK) != 0) {
    const auto failed = failure("connect");
    ::close(descriptor_);
    throw failed;
  }
}

Connection::~Connection() {
  ::close(descriptor_);
}

void Connection::send(const std::string& request) {
  // A request fits the socket's buffer: the one before has been answered.
  if (::send(descriptor_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
    throw failure("send");
}

std::optional<unsigned> Connection::receive() {
  for (;;) {
    char bytes[65536];
    const auto got = ::recv(descriptor_, bytes, sizeof bytes, 0);
    if (got == 0) throw std::runtime_error("the server closed a connection");
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return std::nullopt;
    if (got < 0) throw failure("recv");
    received_.append(bytes, static_cast<std::size_t>(got));
    if (const auto status = whole_answer()) return status;
  }
}

std::optional<unsigned> Connection::whole_answer() {
  if (answer_bytes_ == 0) {
    const auto head_end = received_.find("\r\n\r\n");
    if (head_end == std::string::npos) return std::nullopt;
    const auto head = std::string_view(received_).substr(0, head_end + 2);
    const auto length = content_length(head);
    if (!length) throw std::runtime_error("an answer does not say its length");
    constexpr std::size_t kStatusAt = 9;  // behind "HTTP/1.1 "
    std::from_chars(head.data() + kStatusAt, head.data() + kStatusAt + 3, status_);
    answer_bytes_ = head_end + 4 + *length;
  }
  if (received_.size() < answer_bytes_) return std::nullopt;
  received_.clear();
  answer_bytes_ = 0;
  return status_;
}

}  // namespace load
