#include "http/transport/conversation.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "core/crypto.hpp"

namespace annals::http {

namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view kMalformedRoute = "malformed";
constexpr std::string_view kOwnMethods = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

constexpr std::size_t kRequestsPerTurn = 16;
constexpr std::size_t kBytesPerRequest = 4096;  // what is sent of a list in the time of a request

std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find('?'));
}

/// Makes a chunk of the bytes, with its size line in `head`; and the end of the body when it is the last.
void frame_chunk(std::string& bytes, bool last, std::string& head) {
  if (!bytes.empty()) {
    head += fmt::format("{:x}\r\n", bytes.size());
    bytes += "\r\n";
  }
  if (last) bytes += "0\r\n\r\n";
}

}  // namespace

/// The right to answer one exchange, once. Dropped unused, it answers 500: a forgotten request must not hang.
class Ticket {
 public:
  Ticket(std::shared_ptr<Conversation> conversation, std::uint64_t exchange)
      : conversation_(std::move(conversation)), exchange_(exchange) {}
  Ticket(Ticket&&) noexcept = default;
  Ticket& operator=(Ticket&&) = delete;
  ~Ticket() {
    if (!conversation_) return;
    spdlog::error("A request was dropped without an answer.");
    use(internal_error());
  }
  void operator()(Response response) {
    if (conversation_) use(std::move(response));
  }

 private:
  void use(Response response) {
    Inbox& inbox = *conversation_->inbox_;
    // The inbox may be closed, and this the last owner: the inbox outlives the push.
    const std::shared_ptr<Inbox> alive = inbox.shared_from_this();
    alive->push({std::move(conversation_), exchange_, std::move(response)});
  }

  std::shared_ptr<Conversation> conversation_;
  std::uint64_t exchange_;
};

/// The right to hand over one piece of one exchange's answer, once. Dropped unused, it aborts the answer. Keeps nothing
/// of a connection that is gone.
class PieceTicket {
 public:
  PieceTicket(const std::shared_ptr<Conversation>& conversation, std::uint64_t exchange)
      : conversation_(conversation), inbox_(conversation->inbox_), exchange_(exchange) {}
  PieceTicket(PieceTicket&&) noexcept = default;
  PieceTicket& operator=(PieceTicket&&) = delete;
  ~PieceTicket() { use({{}, StreamedBody::Piece::Then::abort}); }
  void operator()(StreamedBody::Piece piece) { use(std::move(piece)); }

 private:
  void use(StreamedBody::Piece piece) {
    const auto inbox = std::exchange(inbox_, nullptr);
    if (!inbox) return;
    if (auto conversation = conversation_.lock()) inbox->push({std::move(conversation), exchange_, std::move(piece)});
  }

  std::weak_ptr<Conversation> conversation_;
  std::shared_ptr<Inbox> inbox_;
  std::uint64_t exchange_;
};

Conversation::Conversation(Serving& serving, ThreadState& thread, std::shared_ptr<Inbox> inbox, Peer peer)
    : serving_(serving),
      thread_(thread),
      reader_({serving.options.header_bytes_max, serving.options.body_bytes_max}),
      inbox_(std::move(inbox)),
      peer_(std::move(peer)),
      later_([this] { return make_completion(); }),
      itself_{peer_.address, serving_.tls ? "https" : "http", {}} {}

Completion Conversation::make_completion() {
  deferred_ = true;
  return Ticket(shared_from_this(), exchange_);
}

void Conversation::deliver(std::uint64_t exchange, Response response) {
  if (exchange != exchange_ || !deferred_ || abandoned_) return;
  deferred_ = false;
  answer_ = std::move(response);
  resume_waiter();
}

void Conversation::deliver(std::uint64_t exchange, StreamedBody::Piece piece) {
  if (exchange != exchange_ || !streamed_ || abandoned_) return;
  piece_ = std::move(piece);
  resume_waiter();
}

void Conversation::abandon_answer() {
  abandoned_ = true;
  resume_waiter();
}

void Conversation::resume_waiter() {
  if (waiter_) std::exchange(waiter_, {}).resume();
}

Conversation::Step Conversation::advance() {
  std::size_t answers = 0;
  if (answer_) {
    finish_exchange(*std::exchange(answer_, std::nullopt));
    ++answers;
  }
  if (piece_) send_piece(*std::exchange(piece_, std::nullopt));
  const Step step = streamed_ ? Step::wait : answer_some(answers);
  thread_.turns.spent(answers + outbox_.bytes() / kBytesPerRequest);
  return step;
}

Conversation::Step Conversation::answer_some(std::size_t& answers) {
  for (; !closing_ && !outbox_.full() && answers < kRequestsPerTurn; ++answers) {
    switch (reader_.next()) {
      case RequestReader::State::need_bytes:
        return Step::read;
      case RequestReader::State::send_continue:
        outbox_.text() += kContinue;
        return Step::read;
      case RequestReader::State::failed:
        refuse(reader_.error());
        break;
      case RequestReader::State::complete:
        if (begin_exchange() && !streamed_) break;
        ++answers;
        return Step::wait;
    }
  }
  if (closing_) return Step::finish;
  return reader_.empty() ? Step::read : Step::flush;
}

bool Conversation::begin_exchange() {
  started_ = std::chrono::steady_clock::now();
  ++exchange_;
  deferred_ = false;
  make_request();
  std::optional<Response> response = answer_without_resources();
  if (!response) response = ask_handler();
  if (!response) return false;
  deferred_ = false;
  finish_exchange(std::move(*response));
  return true;
}

void Conversation::make_request() {
  const ClientView* client = &itself_;
  std::string_view host = reader_.host().empty() ? std::string_view(peer_.local) : reader_.host();
  if (peer_.trusted) {
    forwarded_ = itself_;
    forwarded_.host = host;
    apply_forwarded(reader_.headers(), serving_.trusted, forwarded_);
    client = &forwarded_;
    host = forwarded_.host;
  }
  request_.emplace(Request{reader_.method(), reader_.target(), reader_.headers(), reader_.body(),
                           reader_.body_too_large(), client->remote_address, client->scheme, host,
                           request_id(reader_.request_id()), notes_});
}

std::string_view Conversation::request_id(std::string_view given) {
  if (is_request_id(given)) return given;
  fresh_id_ = random_uuid().to_string();
  return fresh_id_;
}

std::optional<Response> Conversation::answer_without_resources() const {
  if (request_->target == "*") {
    Response response;
    response.status = 204;
    response.route = "*";
    response.headers.emplace_back("Allow", std::string(kOwnMethods));
    return response;
  }
  if (serving_.cors.is_preflight(*request_)) return serving_.cors.preflight(*request_);
  return std::nullopt;
}

std::optional<Response> Conversation::ask_handler() {
  try {
    auto response = serving_.handler.handle(*request_, later_);
    if (response || deferred_) return response;
    spdlog::error("A request got neither an answer nor the promise of one.");
  } catch (const std::exception& error) {
    spdlog::error("A request failed: {} (request {})", error.what(), request_->request_id);
  } catch (...) {
    spdlog::error("A request failed (request {}).", request_->request_id);
  }
  return internal_error();
}

void Conversation::finish_exchange(Response response) {
  const bool with_content = request_->method != "HEAD";
  const bool streamed = response.streamed_body && with_content;
  closing_ = response.close || !reader_.keep_alive() || reader_.body_too_large() || (streamed && !reader_.http_1_1()) ||
             serving_.stopping.load(std::memory_order_relaxed);
  std::string cors;
  if (serving_.cors.enabled()) serving_.cors.append_headers(request_->header(boost::beast::http::field::origin), cors);
  const AnswerShape shape{request_->request_id, thread_.common_headers, cors, closing_, !reader_.http_1_1()};
  const auto took = taken();
  count(response, took);
  if (streamed) {
    append_head(response, shape, outbox_.text());
    streamed_.emplace(std::move(response), reader_.http_1_1());
    return ask_for_piece();
  }
  log(response, took, request_->request_id, with_content ? content_of(response).size() : 0);
  send(response, shape, with_content);
  reader_.release();
}

void Conversation::ask_for_piece() {
  streamed_->response.streamed_body->produce(PieceTicket(shared_from_this(), exchange_));
}

void Conversation::send_piece(StreamedBody::Piece piece) {
  using Then = StreamedBody::Piece::Then;
  streamed_->bytes += piece.bytes.size();
  const bool ends = piece.then == Then::end;
  if (streamed_->chunked) frame_chunk(piece.bytes, ends, outbox_.text());
  outbox_.append_body(std::move(piece.bytes));
  if (piece.then == Then::more) return ask_for_piece();
  if (!ends) closing_ = true;
  finish_streamed();
}

void Conversation::finish_streamed() {
  log(streamed_->response, taken(), request_->request_id, streamed_->bytes);
  streamed_.reset();
  reader_.release();
}

void Conversation::break_off() {
  if (streamed_) finish_streamed();
}

void Conversation::refuse(const WireError& error) {
  closing_ = true;
  request_.reset();
  started_ = std::chrono::steady_clock::now();
  Response response = wire_error(error);
  response.route = kMalformedRoute;
  std::string cors;
  serving_.cors.append_headers({}, cors);
  const std::string_view id = request_id({});
  count(response, taken());
  log(response, taken(), id, response.body.size());
  send(response, {id, thread_.common_headers, cors, true, false}, true);
}

void Conversation::refuse_connection() {
  closing_ = true;
  Response response = wire_error({503, "Too many connections."});
  response.headers.emplace_back("Retry-After", "1");
  send(response, {request_id({}), thread_.common_headers, {}, true, false}, true);
}

void Conversation::send(Response& response, const AnswerShape& shape, bool with_content) {
  append_head(response, shape, outbox_.text());
  if (!with_content || content_of(response).empty()) return;
  if (response.shared_body) {
    outbox_.append_body(std::move(response.shared_body));
  } else {
    outbox_.append_body(std::move(response.body));
  }
}

Conversation::Seconds Conversation::taken() const {
  return std::chrono::steady_clock::now() - started_;
}

void Conversation::count(const Response& response, Seconds took) {
  const std::string_view method = request_ ? request_->method : std::string_view("-");
  serving_.metrics.request(response.route, method, response.status, took.count());
}

void Conversation::log(const Response& response, Seconds took, std::string_view id, std::size_t bytes) {
  if (thread_.access_lane == nullptr) return;
  const std::string_view method = request_ ? request_->method : std::string_view("-");
  thread_.access_lane->append({method, response.route, request_ ? path_of(request_->target) : std::string_view("-"),
                               response.status, took.count() * 1e3, bytes, id, response.user,
                               request_ ? request_->remote_address : peer_.address});
}

}  // namespace annals::http
