#pragma once

#include <spdlog/spdlog.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <chrono>
#include <coroutine>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "http/transport/conversation.hpp"

namespace annals::http {

using TlsStream = boost::asio::ssl::stream<Socket>;

/// A coroutine that starts at once and belongs to nobody: its end frees it. Lets no exception out.
struct Detached {
  struct promise_type {
    Detached get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { std::terminate(); }
  };
};

/// What an I/O thread asks of its connections.
class Connection : public Conversation {
 public:
  virtual void run() = 0;
  virtual void sweep() = 0;    ///< closes when the deadline is over
  virtual void retire() = 0;   ///< the server stops: closes when idle; else after the answer in flight
  virtual void abandon() = 0;  ///< closes whatever goes on

  std::size_t index = 0;  ///< where the thread keeps it

 protected:
  using Conversation::Conversation;
};

/// Keeps the connections of one I/O thread.
class ConnectionKeeper {
 public:
  virtual void forget(Connection& connection, bool refused) = 0;

 protected:
  ~ConnectionKeeper() = default;
};

/// A conversation over a socket, plain or TLS. No timer of its own: the thread sweeps past the deadline now and then.
template <class Stream>
class Session final : public Connection {
 public:
  /// `refused`: over the limit of connections; is told so and closed.
  template <class... StreamArguments>
  Session(ConnectionKeeper& keeper, bool refused, Serving& serving, ThreadState& thread, std::shared_ptr<Inbox> inbox,
          Peer peer, StreamArguments&&... stream)
      : Connection(serving, thread, std::move(inbox), std::move(peer)),
        keeper_(keeper),
        refused_(refused),
        stream_(std::in_place, std::forward<StreamArguments>(stream)...) {}

  void run() override { converse(std::static_pointer_cast<Session>(shared_from_this())); }
  void sweep() override;
  void retire() override;
  void abandon() override;

 private:
  static constexpr bool kTls = !std::is_same_v<Stream, Socket>;
  static constexpr std::chrono::milliseconds kLingerTimeout{3000};

  enum class Phase { handshake, idle, reading, handling, writing, lingering };

  struct Transferred {
    ErrorCode error;
    std::size_t bytes = 0;
  };
  /// co_await an asynchronous operation of Asio's; `start` takes the handler.
  template <class Start>
  struct Operation {
    Start start;
    Transferred result{};
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) {
      start([this, waiter](ErrorCode error, std::size_t bytes = 0) {
        result = {error, bytes};
        waiter.resume();
      });
    }
    Transferred await_resume() const noexcept { return result; }
  };
  template <class Start>
  static Operation<Start> operation(Start start) {
    return {std::move(start)};
  }

  /// Writes what the socket takes at once without a detour through the event loop.
  struct Write {
    Session& session;
    Transferred result{};
    bool await_ready() {
      if constexpr (kTls) return false;
      result.bytes = session.outbox_.write_some(session.socket(), result.error);
      return result.error != boost::asio::error::would_block;
    }
    void await_suspend(std::coroutine_handle<> waiter) {
      if (session.phase_ != Phase::writing) session.enter(Phase::writing, session.serving_.options.write_timeout);
      session.stream_->async_write_some(session.outbox_.buffers(), [this, waiter](ErrorCode error, std::size_t bytes) {
        result = {error, bytes};
        waiter.resume();
      });
    }
    Transferred await_resume() const noexcept { return result; }
  };

  /// co_await until nobody watches the peer any more.
  struct Unwatched {
    Session& session;
    bool await_ready() const noexcept { return !session.watching_; }
    void await_suspend(std::coroutine_handle<> waiter) {
      session.unwatched_ = waiter;
      session.stop_reading();
    }
    void await_resume() const noexcept {}
  };

  Detached converse(std::shared_ptr<Session> self);
  Detached watch_peer(std::shared_ptr<Session> self);
  void enter_reading();
  void enter_handling();
  void enter(Phase phase, std::chrono::milliseconds timeout);
  bool read_failed(const ErrorCode& error);
  bool rests() const;
  void stop_reading();
  void close();

  Socket& socket() {
    if constexpr (kTls) {
      return stream_->next_layer();
    } else {
      return *stream_;
    }
  }
  auto handshake() {
    return operation([this](auto handler) {
      if constexpr (kTls) stream_->async_handshake(boost::asio::ssl::stream_base::server, std::move(handler));
    });
  }
  auto say_goodbye() {
    return operation([this](auto handler) {
      if constexpr (kTls) stream_->async_shutdown(std::move(handler));
    });
  }
  auto read() {
    return operation([this](auto handler) {
      const auto space = reader_.space();
      stream_->async_read_some(boost::asio::buffer(space.data(), space.size()), std::move(handler));
    });
  }
  auto read_unwanted() {
    return operation(
        [this](auto handler) { stream_->async_read_some(boost::asio::buffer(thread_.discarded), std::move(handler)); });
  }
  auto discard() {
    return operation(
        [this](auto handler) { socket().async_read_some(boost::asio::buffer(thread_.discarded), std::move(handler)); });
  }

  ConnectionKeeper& keeper_;
  const bool refused_;
  std::optional<Stream> stream_;  ///< gone when the conversation is over, though Completions may still hold the session
  Phase phase_ = Phase::idle;
  SteadyTime deadline_ = SteadyTime::max();
  SteadyTime request_deadline_{};
  std::uint64_t request_being_read_ = UINT64_MAX;
  bool expired_ = false;
  bool peer_done_ = false;
  bool watching_ = false;
  std::coroutine_handle<> unwatched_;
};

template <class Stream>
Detached Session<Stream>::converse(std::shared_ptr<Session> self) {
  bool lingers = false;
  try {
    ErrorCode failure;
    if constexpr (kTls) {
      enter(Phase::handshake, serving_.options.request_timeout);
      const Transferred shaken = co_await handshake();
      failure = shaken.error;
    }
    if (refused_ && !failure) refuse_connection();
    while (!failure) {
      const Step step = advance();
      while (!outbox_.empty() && !failure) {
        const Transferred written = co_await Write{*this};
        failure = written.error;
        outbox_.sent(written.bytes);
      }
      lingers = step == Step::finish && !failure;
      if (step == Step::finish || failure) break;
      if (step == Step::wait) {
        enter_handling();
        if (streams_live() && !watching_) watch_peer(self);
        co_await answered();
      }
      if (step == Step::read) {
        enter_reading();
        if (serving_.stopping.load(std::memory_order_relaxed) && rests()) break;
        const Transferred there = co_await read();
        reader_.filled(there.bytes);
        if (there.error && read_failed(there.error)) break;
      }
      enter_handling();
      co_await thread_.turns.next(share());
      if (abandoned_) break;
    }
    co_await Unwatched{*this};
    // Closing with unread bytes would reset the connection and could take the answer away before the peer has read it.
    if (lingers && !abandoned_) {
      enter(Phase::lingering, serving_.stopping ? kSweepInterval : kLingerTimeout);
      if constexpr (kTls) co_await say_goodbye();
      ErrorCode ignored;
      socket().shutdown(Socket::shutdown_send, ignored);
      while (!peer_done_) {
        const Transferred unwanted = co_await discard();
        peer_done_ = static_cast<bool>(unwanted.error);
      }
    }
  } catch (const std::exception& error) {
    spdlog::error("A connection failed: {}", error.what());
  }
  break_off();
  close();
  co_await Unwatched{*this};
  stream_.reset();
  keeper_.forget(*this, refused_);
}

/// While an answer is streamed that may be silent for long: what the peer still sends is thrown away, but its end is
/// not missed.
template <class Stream>
Detached Session<Stream>::watch_peer([[maybe_unused]] std::shared_ptr<Session> self) {
  watching_ = true;
  ErrorCode end;
  while (!end) {
    const Transferred unwanted = co_await read_unwanted();
    end = unwanted.error;
  }
  watching_ = false;
  if (end != boost::asio::error::operation_aborted) {
    peer_done_ = true;
    abandon_answer();
  }
  if (unwatched_) std::exchange(unwatched_, {}).resume();
}

template <class Stream>
void Session<Stream>::enter(Phase phase, std::chrono::milliseconds timeout) {
  phase_ = phase;
  deadline_ = thread_.now + timeout + kSweepInterval;  // `now` is as old as the last sweep
}

/// Whoever waits for its turn or for the resources has no deadline of ours.
template <class Stream>
void Session<Stream>::enter_handling() {
  phase_ = Phase::handling;
  deadline_ = SteadyTime::max();
}

/// A request has one deadline from its first byte on, however many reads it takes.
template <class Stream>
void Session<Stream>::enter_reading() {
  expired_ = false;
  if (reader_.empty()) {
    request_being_read_ = UINT64_MAX;
    return enter(Phase::idle, serving_.options.idle_timeout);
  }
  enter(Phase::reading, serving_.options.request_timeout);
  if (request_being_read_ != exchange_) {
    request_being_read_ = exchange_;
    request_deadline_ = deadline_;
  }
  deadline_ = request_deadline_;
}

/// True: nothing more to say. A peer that sent half a request is told before the connection closes.
template <class Stream>
bool Session<Stream>::read_failed(const ErrorCode& error) {
  if (reader_.empty()) return error != boost::asio::error::operation_aborted || rests();
  if (expired_) {
    refuse({408, "The request took too long."});
    return false;
  }
  if (error != boost::asio::error::eof && error != boost::asio::ssl::error::stream_truncated) return true;
  peer_done_ = true;
  refuse({400, "The request ended before it was complete."});
  return false;
}

/// Nothing of a request has arrived, not even in the socket.
template <class Stream>
bool Session<Stream>::rests() const {
  ErrorCode ignored;
  if constexpr (kTls) {
    return reader_.empty() && stream_->next_layer().available(ignored) == 0;
  } else {
    return reader_.empty() && stream_->available(ignored) == 0;
  }
}

/// Cancelled, not closed: a read that has already got bytes, but not yet said so, is served all the same.
template <class Stream>
void Session<Stream>::stop_reading() {
  ErrorCode ignored;
  socket().cancel(ignored);
}

template <class Stream>
void Session<Stream>::close() {
  ErrorCode ignored;
  if (stream_) socket().close(ignored);
}

template <class Stream>
void Session<Stream>::sweep() {
  if (thread_.now < deadline_) return;
  deadline_ = SteadyTime::max();
  if (phase_ != Phase::reading && phase_ != Phase::idle) return close();
  expired_ = true;
  stop_reading();
}

template <class Stream>
void Session<Stream>::retire() {
  if (phase_ == Phase::idle) stop_reading();
  if (phase_ == Phase::lingering) enter(Phase::lingering, kSweepInterval);
}

template <class Stream>
void Session<Stream>::abandon() {
  close();
  abandon_answer();
}

}  // namespace annals::http
