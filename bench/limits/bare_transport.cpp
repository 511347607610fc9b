// The rate of our own transport when the resources cost nothing: a fixed answer of 600 bytes.
#include <csignal>
#include <cstdio>

#include "bench/limits/answer.hpp"
#include "bench/limits/options.hpp"
#include "http/metrics.hpp"
#include "http/server.hpp"

namespace {

class FixedAnswer final : public annals::http::RequestHandler {
 public:
  std::optional<annals::http::Response> handle(const annals::http::Request&,
                                               const std::function<annals::http::Completion()>&) override {
    annals::http::Response response;
    response.body = answer_;
    response.route = "/fixed/";
    return response;
  }

 private:
  const std::string answer_ = limits::fixed_answer();
};

}  // namespace

int main(int argc, char** argv) {
  const limits::Options given = limits::read_options(argc, argv);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  FixedAnswer handler;
  const auto metrics = annals::http::Metrics::make("limit");
  annals::http::ServerOptions options;
  options.port = given.port;
  options.threads = given.threads;
  options.log_requests = false;
  const auto server = annals::http::Server::bind(options, handler, *metrics);
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().c_str());
    return 1;
  }
  (*server)->start();
  std::printf("port %u\n", static_cast<unsigned>((*server)->port()));
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  (*server)->stop(std::chrono::seconds(1));
}
