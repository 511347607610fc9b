#include "http/server.hpp"

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <thread>
#include <utility>

#include "http/transport/io_thread.hpp"
#include "http/transport/tls.hpp"

namespace annals::http {
namespace {

namespace ip = boost::asio::ip;
using Endpoint = ip::tcp::endpoint;

constexpr int kFreePortTries = 10;
constexpr std::chrono::milliseconds kStopPoll{5};

std::string address_of(const ServerOptions& options) {
  return options.host + ":" + std::to_string(options.port);
}

std::expected<Endpoint, std::string> resolve(const ServerOptions& options) {
  std::string host = options.host;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  boost::asio::io_context context;
  ip::tcp::resolver resolver(context);
  ErrorCode error;
  const auto found = resolver.resolve(host, std::to_string(options.port), ip::resolver_base::passive, error);
  if (error || found.empty())
    return std::unexpected("Cannot listen on " + address_of(options) + ": " + error.message() + ".");
  return found.begin()->endpoint();
}

/// The port must be nobody's: with SO_REUSEPORT alone a second server would silently share it. Port 0 becomes a free
/// one.
std::expected<Endpoint, std::string> probe(const Endpoint& wanted) {
  boost::asio::io_context context;
  ip::tcp::acceptor acceptor(context);
  ErrorCode error;
  acceptor.open(wanted.protocol(), error);
  if (!error) acceptor.set_option(boost::asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(wanted, error);
  if (!error) acceptor.listen(1, error);
  const Endpoint bound = error ? Endpoint() : acceptor.local_endpoint(error);
  if (error) return std::unexpected(error.message());
  return bound;
}

using Threads = std::vector<std::unique_ptr<IoThread>>;

std::expected<Threads, std::string> listen(Serving& serving, const Endpoint& endpoint) {
  Threads threads;
  for (std::size_t i = 0; i < serving.options.threads; ++i) {
    threads.push_back(std::make_unique<IoThread>(serving, i));
    if (auto listening = threads.back()->listen(endpoint); !listening) return std::unexpected(listening.error());
  }
  return threads;
}

class ThreadedServer final : public Server {
 public:
  ThreadedServer(std::unique_ptr<Serving> serving, Threads threads, std::uint16_t port)
      : serving_(std::move(serving)), threads_(std::move(threads)), port_(port) {}
  ~ThreadedServer() override { stop(std::chrono::milliseconds(0)); }

  std::uint16_t port() const override { return port_; }

  void start() override {
    for (const auto& thread : threads_) thread->start();
    started_ = true;
  }

  void stop(std::chrono::milliseconds grace) override {
    if (!std::exchange(started_, false)) {
      threads_.clear();
      return;
    }
    serving_->stopping = true;
    serving_->handler.wind_down();
    for (const auto& thread : threads_) thread->retire();
    const auto until = std::chrono::steady_clock::now() + grace;
    while (!all_done() && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(kStopPoll);
    for (const auto& thread : threads_) thread->abandon();
    for (const auto& thread : threads_) thread->join();
  }

 private:
  bool all_done() const {
    return std::all_of(threads_.begin(), threads_.end(), [](const auto& thread) { return thread->done(); });
  }

  std::unique_ptr<Serving> serving_;
  Threads threads_;
  std::uint16_t port_;
  bool started_ = false;
};

}  // namespace

std::expected<std::unique_ptr<Server>, std::string> Server::bind(const ServerOptions& given, RequestHandler& handler,
                                                                 Metrics& metrics) {
  ServerOptions options = given;
  options.threads = std::max(options.threads, 1u);
  auto trusted = AddressBlocks::parse(options.trusted_proxies);
  if (!trusted) return std::unexpected(trusted.error());
  auto tls = make_tls(options);
  if (!tls) return std::unexpected(tls.error());
  const auto wanted = resolve(options);
  if (!wanted) return std::unexpected(wanted.error());

  auto serving = std::make_unique<Serving>(options, handler, metrics, std::move(*trusted), std::move(*tls));
  std::string why;
  for (int tries = options.port == 0 ? kFreePortTries : 1; tries > 0; --tries) {
    const auto endpoint = probe(*wanted);
    if (!endpoint) {
      why = endpoint.error();
      continue;
    }
    auto threads = listen(*serving, *endpoint);
    if (threads) return std::make_unique<ThreadedServer>(std::move(serving), std::move(*threads), endpoint->port());
    why = threads.error();
  }
  return std::unexpected("Cannot listen on " + address_of(options) + ": " + why + ".");
}

}  // namespace annals::http
