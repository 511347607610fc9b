#pragma once

#include <chrono>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "http/message.hpp"
#include "http/transport/answer.hpp"
#include "http/transport/inbox.hpp"
#include "http/transport/outbox.hpp"
#include "http/transport/request_reader.hpp"
#include "http/transport/serving.hpp"

namespace annals::http {

struct Peer {
  std::string address;
  bool trusted = false;  ///< its X-Forwarded-* headers count
  std::string local;     ///< host and port that it reached, for requests without a Host
};

/// One connection's requests and answers, without its socket. Lives on one I/O thread; held by its coroutine and by the
/// Completions that it gave out, which keep the request's bytes alive even when the connection is gone.
class Conversation : public std::enable_shared_from_this<Conversation> {
 public:
  enum class Step {
    read,    ///< write what is in the outbox, read, come back
    flush,   ///< write, come back when it is its turn
    wait,    ///< write, wait for the answer or its next piece, come back
    finish,  ///< write, close
  };

  virtual ~Conversation() = default;
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  /// An answer from another thread has arrived, or a piece of one. Ignored when nobody waits for that exchange.
  void deliver(std::uint64_t exchange, Response response);
  void deliver(std::uint64_t exchange, StreamedBody::Piece piece);

 protected:
  Conversation(Serving& serving, ThreadState& thread, std::shared_ptr<Inbox> inbox, Peer peer);

  /// One turn: answers what is there, a bounded number of requests, into the outbox.
  Step advance();
  std::uint64_t share() const { return notes_.share; }  ///< of its I/O thread's time
  void refuse(const WireError& error);                  ///< answers and closes
  void refuse_connection();                             ///< 503: too many of them

  bool streams_live() const { return streamed_ && streamed_->response.streamed_body->is_live(); }
  void break_off();  ///< an answer that is not sent to its end will not be

  /// co_await until what `wait` spoke of is there, or abandon_answer() was called.
  auto answered() {
    struct Awaiter {
      Conversation& conversation;
      bool await_ready() const noexcept {
        return conversation.answer_ || conversation.piece_ || conversation.abandoned_;
      }
      void await_suspend(std::coroutine_handle<> waiter) noexcept { conversation.waiter_ = waiter; }
      void await_resume() const noexcept {}
    };
    return Awaiter{*this};
  }
  void abandon_answer();  ///< whoever waits in answered() goes on without

  Serving& serving_;
  ThreadState& thread_;
  RequestReader reader_;
  Outbox outbox_;
  std::uint64_t exchange_ = 0;  ///< counts requests
  bool abandoned_ = false;

 private:
  friend class Ticket;
  friend class PieceTicket;

  using Seconds = std::chrono::duration<double>;

  /// An answer on its way whose body is streamed.
  struct Streamed {
    Response response;
    bool chunked;
    std::size_t bytes = 0;  ///< of the body, so far
  };

  Step answer_some(std::size_t& answers);  ///< counts what it does
  bool begin_exchange();                   ///< false: the answer comes later
  void make_request();
  std::optional<Response> answer_without_resources() const;
  std::optional<Response> ask_handler();
  Completion make_completion();
  void finish_exchange(Response response);
  void send(Response& response, const AnswerShape& shape, bool with_content);
  void ask_for_piece();
  void send_piece(StreamedBody::Piece piece);
  void finish_streamed();
  std::string_view request_id(std::string_view given);  ///< as given when sane, else a new one
  Seconds taken() const;                                ///< since the request was there
  void count(const Response& response, Seconds took);
  void log(const Response& response, Seconds took, std::string_view id, std::size_t bytes);
  void resume_waiter();

  const std::shared_ptr<Inbox> inbox_;
  const Peer peer_;
  const std::function<Completion()> later_;
  const ClientView itself_;  ///< the peer as a client, whatever host it asks for
  ClientView forwarded_;     ///< what a trusted peer said of its client
  std::string fresh_id_;     ///< of a request that brought none
  ConnectionNotes notes_;
  std::optional<Request> request_;
  SteadyTime started_{};
  std::optional<Response> answer_;
  std::optional<Streamed> streamed_;
  std::optional<StreamedBody::Piece> piece_;
  std::coroutine_handle<> waiter_;
  bool deferred_ = false;  ///< a Completion of this exchange is out there
  bool closing_ = false;
};

}  // namespace annals::http
