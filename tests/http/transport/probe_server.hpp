#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "http/metrics.hpp"
#include "http/server.hpp"
#include "raw_client.hpp"

namespace annals::http::test {

/// A body of which a test gives every piece, or one that goes on giving by itself.
class ProbeStream final : public StreamedBody {
 public:
  ProbeStream(bool live, std::size_t fill_bytes) : live_(live), fill_bytes_(fill_bytes) {}

  void produce(Next next) override {
    if (fill_bytes_ != 0) {
      ++given;
      return next({std::string(fill_bytes_, 'f')});
    }
    const std::lock_guard lock(mutex_);
    next_ = std::move(next);
    asked_.notify_all();
  }
  bool is_live() const override { return live_; }

  /// Once it is asked for; false: it is not in time.
  bool give(std::string bytes, Piece::Then then = Piece::Then::more) {
    auto next = when_asked();
    if (next) next({std::move(bytes), then});
    return static_cast<bool>(next);
  }
  bool drop() { return static_cast<bool>(when_asked()); }

  std::atomic<int> given{0};

 private:
  Next when_asked() {
    std::unique_lock lock(mutex_);
    asked_.wait_for(lock, RawClient::kPatience, [this] { return static_cast<bool>(next_); });
    return std::exchange(next_, {});
  }

  const bool live_;
  const std::size_t fill_bytes_;
  std::mutex mutex_;
  std::condition_variable asked_;
  Next next_;
};

/// Answers by the target's path, in every way that a handler can.
class ProbeHandler final : public RequestHandler {
 public:
  ~ProbeHandler() override {
    for (std::thread& thread : threads_) thread.join();
  }

  std::optional<Response> handle(const Request& request, const std::function<Completion()>& later) override {
    ++handled;
    const std::string path(request.target.substr(0, request.target.find('?')));
    if (path == "/throws") throw std::runtime_error("the secret of the handler");
    if (path == "/throws-a-number") throw 42;
    if (path == "/forgets") return std::nullopt;
    if (path == "/drops") {
      later();
      return std::nullopt;
    }
    if (path == "/answers-twice") {
      in_a_moment(later(), echo(request, "late"));
      return echo(request, "early");
    }
    if (path == "/at-once") {
      later()(echo(request, "at once"));
      return std::nullopt;
    }
    if (path == "/later") {
      in_a_moment(later(), echo(request, "later"));
      return std::nullopt;
    }
    if (path.starts_with("/share/")) {
      request.connection.share = std::stoul(path.substr(7));
      const std::lock_guard lock(mutex_);
      shares_served_.push_back(request.connection.share);
    }
    if (path == "/blocks") {
      blocked.set_value();
      unblock.get_future().wait();
    }
    if (path == "/held") {
      const std::lock_guard lock(mutex_);
      held_.emplace_back(later(), [&request] { return echo(request, "held"); });
      return std::nullopt;
    }
    return special(path, request);
  }

  /// Answers what waits in /held, each after reading its request again. How many there were.
  std::size_t release_held() {
    std::vector<Held> taken;
    {
      const std::lock_guard lock(mutex_);
      taken.swap(held_);
    }
    for (auto& [completion, answer] : taken) completion(answer());
    return taken.size();
  }
  std::size_t held() {
    const std::lock_guard lock(mutex_);
    return held_.size();
  }

  /// The body of the last answer that was streamed.
  ProbeStream& stream() {
    const std::lock_guard lock(mutex_);
    return *stream_;
  }
  /// The transport wants nothing more of it.
  bool stream_is_let_go() {
    const std::lock_guard lock(mutex_);
    return stream_.use_count() == 1;
  }
  void wind_down() override { wound_down = true; }

  /// The N of every request for /share/N, in the order in which they were answered.
  std::vector<std::uint64_t> shares_served() {
    const std::lock_guard lock(mutex_);
    return shares_served_;
  }

  std::promise<void> blocked;  ///< /blocks has been asked for, and keeps its I/O thread until `unblock`
  std::promise<void> unblock;
  std::atomic<int> handled{0};
  std::atomic<bool> wound_down{false};
  std::chrono::milliseconds moment{20};
  const std::shared_ptr<const std::string> document = std::make_shared<const std::string>(5'000'000, 'd');

 private:
  using Held = std::pair<Completion, std::function<Response()>>;

  static Response echo(const Request& request, std::string_view how) {
    Response response;
    response.route = "/probe/{how}/";
    response.user = "probe user";
    for (const std::string_view part :
         {how, request.method, request.target, request.scheme, request.host, request.remote_address, request.request_id,
          std::string_view(request.body_too_large ? "too large" : "fits"), request.body})
      response.body += std::string(part) + "|";
    return response;
  }

  std::optional<Response> special(const std::string& path, const Request& request) {
    Response response = echo(request, "now");
    if (request.body_too_large) response.status = 413;
    if (path == "/204") response.status = 204;
    if (path == "/304") response.status = 304;
    if (path == "/close") response.close = true;
    if (path == "/document") response.shared_body = document;
    if (path == "/person-sized") response.body = std::string(1200, 'p');
    if (path == "/large") response.body = std::string(100'000, 'l');
    if (path.starts_with("/streamed")) {
      const std::lock_guard lock(mutex_);
      stream_ = std::make_shared<ProbeStream>(path == "/streamed-live", path == "/streamed-endlessly" ? 65536 : 0);
      response.streamed_body = stream_;
    }
    if (path == "/inject") {
      response.headers.emplace_back("X-Bad", "a\r\nSet-Cookie: stolen=1");
      response.headers.emplace_back("X-Good", "fine");
    }
    return response;
  }

  void in_a_moment(Completion completion, Response response) {
    const std::lock_guard lock(mutex_);
    threads_.emplace_back([this, completion = std::move(completion), response = std::move(response)]() mutable {
      std::this_thread::sleep_for(moment);
      completion(std::move(response));
    });
  }

  std::mutex mutex_;
  std::vector<Held> held_;
  std::shared_ptr<ProbeStream> stream_;
  std::vector<std::uint64_t> shares_served_;
  std::vector<std::thread> threads_;
};

/// A server of its own on a free port.
struct ProbeServer {
  explicit ProbeServer(const std::function<void(ServerOptions&)>& change = [](ServerOptions&) {}) {
    ServerOptions options;
    options.port = 0;
    options.threads = 1;
    options.log_requests = false;
    change(options);
    auto bound = Server::bind(options, handler, *metrics);
    if (!bound) throw std::runtime_error(bound.error());
    server = std::move(*bound);
    server->start();
  }
  ~ProbeServer() {
    if (server) server->stop(std::chrono::milliseconds(0));
    handler.release_held();
  }

  std::uint16_t port() const { return server->port(); }
  /// One request on a connection of its own.
  std::optional<RawAnswer> ask(std::string_view request) const {
    RawClient client(port());
    client.send(request);
    return client.answer();
  }

  ProbeHandler handler;
  std::unique_ptr<Metrics> metrics = Metrics::make("1.2.3");
  std::unique_ptr<Server> server;
};

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Waits until `condition` holds; false: it does not in time.
inline bool eventually(const std::function<bool()>& condition,
                       std::chrono::milliseconds patience = RawClient::kPatience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace annals::http::test
