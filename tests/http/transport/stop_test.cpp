#include <catch2/catch.hpp>

#include "probe_server.hpp"

namespace annals::stop_test {
using namespace annals::http;
using namespace annals::http::test;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST_CASE("a stop closes idle connections at once and ends early", "[http][transport]") {
  ProbeServer server([](ServerOptions& options) { options.threads = 2; });
  RawClient idle(server.port());
  idle.send(get("/echo"));
  REQUIRE(idle.answer());
  RawClient silent(server.port());
  const auto begin = steady_clock::now();
  server.server->stop(milliseconds(5000));
  CHECK(steady_clock::now() - begin < milliseconds(1000));
  CHECK(idle.closes());
  CHECK(silent.closes());
  CHECK_THROWS(RawClient(server.port()));
}

TEST_CASE("a stop waits for the answers in flight and closes behind them", "[http][transport]") {
  ProbeServer server;
  RawClient waiting(server.port());
  waiting.send(get("/held") + get("/behind"));
  REQUIRE(eventually([&] { return server.handler.held() == 1; }));
  RawClient arriving(server.port());
  arriving.send("POST /echo HTTP/1.1\r\nHost: annals.test\r\nContent-Length: 4\r\n\r\nha");
  RawClient last(server.port());
  last.send(get("/echo"));
  std::thread stopping([&] { server.server->stop(milliseconds(5000)); });
  std::this_thread::sleep_for(milliseconds(100));
  arriving.send("lf");
  CHECK(server.handler.release_held() == 1);
  for (RawClient* client : {&waiting, &arriving, &last}) {
    const auto answer = client->answer();
    REQUIRE(answer);
    CHECK(answer->status == 200);
    client->end_sending();
    CHECK(client->closes());
    CHECK_FALSE(client->answer());
  }
  stopping.join();
}

TEST_CASE("a stop does not wait longer than its grace, and a late answer does no harm", "[http][transport]") {
  auto server = std::make_unique<ProbeServer>();
  RawClient stuck(server->port());
  stuck.send(get("/held"));
  RawClient slow(server->port());
  slow.send("GET /slow HTT");
  REQUIRE(eventually([&] { return server->handler.held() == 1; }));
  const auto begin = steady_clock::now();
  server->server->stop(milliseconds(200));
  CHECK(steady_clock::now() - begin >= milliseconds(200));
  CHECK(steady_clock::now() - begin < milliseconds(1500));
  CHECK(stuck.closes());
  CHECK(slow.closes());
  server->server.reset();
  CHECK(server->handler.release_held() == 1);
}

TEST_CASE("a server that was bound and never started goes away quietly, its port with it", "[http][transport]") {
  ProbeHandler handler;
  const auto metrics = Metrics::make("0");
  ServerOptions options;
  options.port = 0;
  options.threads = 3;
  auto first = Server::bind(options, handler, *metrics);
  REQUIRE(first);
  options.port = (*first)->port();
  CHECK_FALSE(Server::bind(options, handler, *metrics));
  (*first)->stop(milliseconds(1000));
  first->reset();
  CHECK(Server::bind(options, handler, *metrics));
}

TEST_CASE("stops while many clients talk lose no answer that was begun", "[http][transport]") {
  ProbeServer server([](ServerOptions& options) { options.threads = 2; });
  std::atomic<int> torn{0};
  std::vector<std::thread> talking;
  for (int i = 0; i < 8; ++i)
    talking.emplace_back([&, i] {
      try {
        for (int n = 0; n < 1000; ++n) {
          RawClient client(server.port());
          client.send(post(i % 2 == 0 ? "/echo" : "/at-once", "whole"));
          const auto answer = client.answer();
          if (!answer && !client.rest().empty()) ++torn;
          if (answer && !contains(answer->body, "|whole|")) ++torn;
          if (!answer) return;
        }
      } catch (const std::exception&) {
        // the listening socket is gone
      }
    });
  std::this_thread::sleep_for(milliseconds(50));
  server.server->stop(milliseconds(5000));
  for (std::thread& thread : talking) thread.join();
  CHECK(torn == 0);
}

}  // namespace annals::stop_test
