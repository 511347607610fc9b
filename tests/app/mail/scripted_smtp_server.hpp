#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace annals::test {

/// Talks SMTP with one client after the other, as it is told to: nothing is answered where `reply` says `stall`, and
/// the connection is closed where it says `vanish`.
class ScriptedSmtpServer {
 public:
  static constexpr const char* kStall = "stall";
  static constexpr const char* kVanish = "vanish";

  ScriptedSmtpServer() {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, any, size) != 0 || ::listen(listener_, 8) != 0 || ::getsockname(listener_, any, &size) != 0) {
      throw std::runtime_error("no port for an SMTP server");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~ScriptedSmtpServer() {
    ::shutdown(listener_, SHUT_RDWR);
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
      if (connection_ >= 0) ::shutdown(connection_, SHUT_RDWR);
    }
    thread_.join();
    ::close(listener_);
  }
  ScriptedSmtpServer(const ScriptedSmtpServer&) = delete;
  ScriptedSmtpServer& operator=(const ScriptedSmtpServer&) = delete;

  std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }
  /// From now on the first words of a command (`greeting` and `mail` for what is none) have these answers.
  void answer(const std::string& command, const std::string& reply) {
    const std::scoped_lock lock(mutex_);
    replies_.emplace_back(command, reply);
  }
  std::vector<std::string> mails() const {
    const std::scoped_lock lock(mutex_);
    return mails_;
  }
  std::size_t connections() const {
    const std::scoped_lock lock(mutex_);
    return connections_;
  }

 private:
  std::string reply_to(const std::string& command) const {
    const std::scoped_lock lock(mutex_);
    for (auto at = replies_.rbegin(); at != replies_.rend(); ++at) {
      if (command.starts_with(at->first)) return at->second;
    }
    if (command == "greeting") return "220 mx.example";
    if (command.starts_with("DATA")) return "354 go on";
    return "250 2.0.0 ok";
  }

  void run() {
    for (;;) {
      const int client = ::accept(listener_, nullptr, nullptr);
      {
        const std::scoped_lock lock(mutex_);
        if (client < 0 || stopping_) {
          if (client >= 0) ::close(client);
          return;
        }
        connection_ = client;
        ++connections_;
      }
      talk(client);
      const std::scoped_lock lock(mutex_);
      connection_ = -1;
      ::close(client);
    }
  }

  void talk(int client) {
    std::string unread;
    if (!say(client, unread, "greeting")) return;
    for (;;) {
      const auto command = read_until(client, unread, "\r\n");
      if (command.empty() || !say(client, unread, command)) return;
      if (!command.starts_with("DATA") || !reply_to(command).starts_with("354")) continue;
      auto mail = read_until(client, unread, "\r\n.\r\n");
      if (mail.empty()) return;
      const auto reply = reply_to("mail");
      if (reply.starts_with("250")) {
        const std::scoped_lock lock(mutex_);
        mails_.push_back(std::move(mail));
      }
      if (!say(client, unread, "mail")) return;
    }
  }

  /// False: the connection is to be closed.
  bool say(int client, std::string& unread, const std::string& command) {
    const auto reply = reply_to(command);
    if (reply == kVanish) return false;
    if (reply == kStall) {
      static_cast<void>(read_until(client, unread, "never"));
      return false;
    }
    const auto line = reply + "\r\n";
    return ::send(client, line.data(), line.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(line.size());
  }

  /// Empty when the client has gone.
  static std::string read_until(int client, std::string& unread, const std::string& end) {
    for (;;) {
      if (const auto found = unread.find(end); found != std::string::npos) {
        auto text = unread.substr(0, found + end.size());
        unread.erase(0, text.size());
        return text;
      }
      char bytes[4096];
      const auto count = ::recv(client, bytes, sizeof(bytes), 0);
      if (count <= 0) return {};
      unread.append(bytes, static_cast<std::size_t>(count));
    }
  }

  int listener_ = -1;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, std::string>> replies_;
  std::vector<std::string> mails_;
  std::size_t connections_ = 0;
  int connection_ = -1;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace annals::test
