#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <expected>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "http/transport/inbox.hpp"
#include "http/transport/serving.hpp"
#include "http/transport/session.hpp"

namespace annals::http {

/// One thread with its own event loop and its own listening socket on the shared port: its connections never leave it.
class IoThread final : public ConnectionKeeper {
 public:
  IoThread(Serving& serving, std::size_t index);
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  /// A sentence when the port cannot be had. The peers' connections queue up until start().
  std::expected<void, std::string> listen(const boost::asio::ip::tcp::endpoint& endpoint);
  void start();
  /// Any thread, while it runs: accepts no more, closes what is idle, ends when the last connection has.
  void retire();
  /// Any thread, while it runs: closes every connection.
  void abandon();
  void join();
  bool done() const { return done_.load(); }  ///< its loop has ended

  void forget(Connection& connection, bool refused) override;

 private:
  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

  void run();
  void accept_next();
  void accept_waiting();
  void adopt(Socket socket);
  void sweep();
  void sweep_later();
  void read_clock();
  void end_when_empty();
  std::vector<std::shared_ptr<Conversation>> all();

  Serving& serving_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<Executor> work_;
  Acceptor acceptor_;
  Timer sweep_timer_;
  Timer accept_timer_;  ///< waits while the process has no descriptor to spare
  ThreadState state_;
  std::shared_ptr<Inbox> inbox_;
  std::vector<Connection*> connections_;  ///< each is held by its own coroutine
  bool retiring_ = false;
  std::atomic<bool> done_{false};
  std::thread thread_;
};

}  // namespace annals::http
