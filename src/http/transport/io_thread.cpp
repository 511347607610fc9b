#include "http/transport/io_thread.hpp"

#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <boost/asio/detail/socket_option.hpp>
#include <boost/asio/post.hpp>
#include <ctime>
#include <utility>

#include "http/transport/answer.hpp"

namespace annals::http {
namespace {

namespace ip = boost::asio::ip;
using boost::asio::socket_base;

using ReusePort = boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr std::size_t kRefusedMax = 256;  // connections over the limit that are told so at any time
constexpr std::chrono::milliseconds kAcceptPause{100};

std::string shown(const ip::address& address, unsigned port) {
  const std::string text = address.to_string();
  return (address.is_v6() ? "[" + text + "]" : text) + ":" + std::to_string(port);
}

Peer describe(const Socket& socket, const AddressBlocks& trusted) {
  ErrorCode error;
  Peer peer;
  const auto remote = socket.remote_endpoint(error);
  if (error) return peer;  // it has gone already; the first read will say so
  const ip::address address = plain_address(remote.address());
  peer.address = address.to_string();
  peer.trusted = !trusted.empty() && trusted.contain(address);
  const auto local = socket.local_endpoint(error);
  if (!error) peer.local = shown(plain_address(local.address()), local.port());
  return peer;
}

}  // namespace

IoThread::IoThread(Serving& serving, std::size_t index)
    : serving_(serving),
      work_(context_.get_executor()),
      acceptor_(context_),
      sweep_timer_(context_),
      accept_timer_(context_),
      state_(context_),
      inbox_(std::make_shared<Inbox>(context_)) {
  state_.access_lane = serving.access_log.lane(index);
  read_clock();
}

IoThread::~IoThread() {
  inbox_->close();
}

std::expected<void, std::string> IoThread::listen(const ip::tcp::endpoint& endpoint) {
  ErrorCode error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(socket_base::reuse_address(true), error);
  if (!error) acceptor_.set_option(ReusePort(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(socket_base::max_listen_connections, error);
  if (error) return std::unexpected(error.message());
  return {};
}

void IoThread::start() {
  thread_ = std::thread([this] { run(); });
}

void IoThread::run() {
  boost::asio::post(context_, [this] {
    accept_next();
    sweep_later();
  });
  for (;;) {
    try {
      context_.run();
      break;
    } catch (const std::exception& error) {
      spdlog::error("An I/O thread goes on after: {}", error.what());
    }
  }
  inbox_->close();
  done_ = true;
}

void IoThread::accept_next() {
  if (retiring_) return;
  acceptor_.async_accept(context_, [this](ErrorCode error, Socket socket) {
    if (!error) {
      try {
        adopt(std::move(socket));
      } catch (const std::exception& failure) {  // out of memory, say: this peer is lost, the next ones need not be
        spdlog::error("A connection could not be taken: {}", failure.what());
      }
    } else if (!retiring_ && error != boost::asio::error::connection_aborted) {
      spdlog::warn("Cannot accept a connection: {}", error.message());
      accept_timer_.expires_after(kAcceptPause);
      accept_timer_.async_wait([this](ErrorCode) { accept_next(); });
      return;
    }
    accept_next();
  });
}

void IoThread::adopt(Socket socket) {
  const bool refused = serving_.open.load() >= serving_.options.connections_max;
  if (refused && serving_.refused.load() >= kRefusedMax) return;
  ErrorCode ignored;
  socket.set_option(ip::tcp::no_delay(true), ignored);
  socket.non_blocking(true, ignored);
  Peer peer = describe(socket, serving_.trusted);
  std::shared_ptr<Connection> connection;
  if (serving_.tls) {
    connection = std::make_shared<Session<TlsStream>>(*this, refused, serving_, state_, inbox_, std::move(peer),
                                                      std::move(socket), *serving_.tls);
  } else {
    connection =
        std::make_shared<Session<Socket>>(*this, refused, serving_, state_, inbox_, std::move(peer), std::move(socket));
  }
  ++(refused ? serving_.refused : serving_.open);
  serving_.metrics.connections(static_cast<std::int64_t>(serving_.open.load()));
  connection->index = connections_.size();
  connections_.push_back(connection.get());
  connection->run();
}

void IoThread::forget(Connection& connection, bool refused) {
  connections_.back()->index = connection.index;
  connections_[connection.index] = connections_.back();
  connections_.pop_back();
  --(refused ? serving_.refused : serving_.open);
  serving_.metrics.connections(static_cast<std::int64_t>(serving_.open.load()));
  end_when_empty();
}

void IoThread::sweep_later() {
  if (retiring_ && connections_.empty()) return;
  sweep_timer_.expires_after(kSweepInterval);
  sweep_timer_.async_wait([this](ErrorCode error) {
    if (!error) sweep();
  });
}

void IoThread::sweep() {
  // A sweep that was already queued when the timer was cancelled must not arm it again: the thread would never end.
  if (retiring_ && connections_.empty()) return;
  read_clock();
  for (Connection* connection : connections_) connection->sweep();
  sweep_later();
}

void IoThread::read_clock() {
  state_.now = std::chrono::steady_clock::now();
  state_.common_headers = common_headers(std::time(nullptr));
}

void IoThread::retire() {
  boost::asio::post(context_, [this] {
    accept_waiting();
    retiring_ = true;
    ErrorCode ignored;
    acceptor_.close(ignored);
    accept_timer_.cancel();
    for (Connection* connection : connections_) connection->retire();
    end_when_empty();
  });
}

/// Peers whose connection the kernel has already made get their answer too.
void IoThread::accept_waiting() {
  ErrorCode error;
  acceptor_.non_blocking(true, error);
  while (!error) {
    Socket socket(context_);
    acceptor_.accept(socket, error);
    if (!error) adopt(std::move(socket));
  }
}

void IoThread::abandon() {
  boost::asio::post(context_, [this] {
    for (const auto& connection : all()) static_cast<Connection&>(*connection).abandon();
  });
}

std::vector<std::shared_ptr<Conversation>> IoThread::all() {
  std::vector<std::shared_ptr<Conversation>> held;
  for (Connection* connection : connections_) held.push_back(connection->shared_from_this());
  return held;
}

void IoThread::end_when_empty() {
  if (!retiring_ || !connections_.empty()) return;
  sweep_timer_.cancel();
  work_.reset();
}

void IoThread::join() {
  if (thread_.joinable()) thread_.join();
}

}  // namespace annals::http
