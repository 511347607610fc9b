#pragma once

#include <boost/asio/io_context.hpp>
#include <coroutine>
#include <cstddef>
#include <cstdint>

#include "core/round_robin.hpp"

namespace annals::http {

/// Which connection of an I/O thread is served next. A connection that has something to answer asks for its turn and
/// answers a bounded number of requests in it; the shares (platforms) take turns, so that one platform's flood waits
/// for itself. After a slice of work the thread looks at its sockets: who arrives is not kept waiting by all who are
/// there. Only the thread touches it.
class Turns {
 public:
  explicit Turns(boost::asio::io_context& context) : context_(context) {}
  Turns(const Turns&) = delete;
  Turns& operator=(const Turns&) = delete;

  /// co_await until it is the connection's turn.
  auto next(std::uint64_t share) {
    struct Awaiter {
      Turns& turns;
      std::uint64_t share;
      bool await_ready() const { return turns.may_go_on(share); }
      void await_suspend(std::coroutine_handle<> connection) { turns.wait(share, connection); }
      void await_resume() const noexcept { turns.served_last_ = share; }
    };
    return Awaiter{*this, share};
  }
  /// Says what a turn has cost, in requests or what takes as long.
  void spent(std::size_t units) { spent_ += units; }

 private:
  static constexpr std::size_t kSlice = 8;
  static constexpr std::size_t kAheadMax = 4;

  bool may_go_on(std::uint64_t share);
  void wait(std::uint64_t share, std::coroutine_handle<> connection);
  void arm();
  void serve();

  boost::asio::io_context& context_;
  RoundRobin<std::uint64_t, std::coroutine_handle<>> waiting_;
  std::uint64_t served_last_ = 0;
  std::size_t spent_ = 0;  ///< in this slice
  std::size_t ahead_ = 0;  ///< turns that were taken at once in this slice though others wait
  bool armed_ = false;     ///< serve() will run
};

}  // namespace annals::http
