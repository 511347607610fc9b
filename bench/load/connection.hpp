#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace load {

/// One connection to 127.0.0.1, with at most one request on its way. Not blocking but while connecting.
class Connection {
 public:
  /// Throws std::system_error when nobody listens.
  explicit Connection(std::uint16_t port);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int descriptor() const { return descriptor_; }
  void send(const std::string& request);
  /// Takes what has arrived: the status once the answer is whole. Throws std::runtime_error when the connection ended
  /// or the answer does not say its length.
  std::optional<unsigned> receive();

 private:
  std::optional<unsigned> whole_answer();

  int descriptor_;
  std::string received_;
  std::size_t answer_bytes_ = 0;  ///< 0 while its head is not there
  unsigned status_ = 0;
};

}  // namespace load
