#include <catch2/catch.hpp>

#include "probe_server.hpp"

namespace annals::limits_test {
using namespace annals::http;
using namespace annals::http::test;
using std::chrono::milliseconds;

namespace {

const std::function<void(ServerOptions&)> kSmall = [](ServerOptions& options) {
  options.body_bytes_max = 1000;
  options.header_bytes_max = 2000;
};

}  // namespace

TEST_CASE("a body at the limit is read, one byte more is the handler's to refuse and closes", "[http][transport]") {
  const ProbeServer server(kSmall);
  CHECK(server.ask(post("/echo", std::string(1000, 'b')))->status == 200);

  RawClient client(server.port());
  client.send(post("/echo", std::string(1001, 'b')));
  const auto answer = client.answer();
  REQUIRE(answer);
  CHECK(answer->status == 413);
  CHECK(contains(answer->body, "|too large||"));
  CHECK(answer->header("Connection") == "close");
  client.end_sending();
  CHECK(client.closes());
}

TEST_CASE("a 413 reaches a client that sends all of a body far over the limit", "[http][transport]") {
  const ProbeServer server(kSmall);
  RawClient client(server.port());
  client.send("POST /echo HTTP/1.1\r\nHost: annals.test\r\nContent-Length: 20000000\r\n\r\n");
  const std::string piece(1'000'000, 'b');
  for (int i = 0; i < 20; ++i) REQUIRE(client.send(piece));
  const auto answer = client.answer();
  REQUIRE(answer);
  CHECK(answer->status == 413);
  client.end_sending();
  CHECK(client.closes());
  CHECK_FALSE(client.was_reset());
}

TEST_CASE("a chunked body over the limit is refused as soon as that is known", "[http][transport]") {
  const ProbeServer server(kSmall);
  for (const std::string& chunks : {std::string("3E9\r\n"), "3E8\r\n" + std::string(1000, 'b') + "\r\n1\r\n",
                                    std::string("FFFFFFFFFFFFFFFF\r\n")}) {
    const auto answer =
        server.ask("POST /echo HTTP/1.1\r\nHost: annals.test\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
    REQUIRE(answer);
    CHECK(answer->status == 413);
    CHECK(answer->header("Connection") == "close");
  }
}

TEST_CASE("nobody is invited to send a body over the limit", "[http][transport]") {
  const ProbeServer server(kSmall);
  const auto answer =
      server.ask("POST /echo HTTP/1.1\r\nHost: annals.test\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n");
  REQUIRE(answer);
  CHECK(answer->status == 413);
}

TEST_CASE("headers and targets over their limits are refused", "[http][transport]") {
  const ProbeServer server(kSmall);
  const auto status = [&](const std::string& request) { return server.ask(request).value_or(RawAnswer{}).status; };
  CHECK(status(get("/echo", "X-Filler: " + std::string(1900, 'f') + "\r\n")) == 200);
  CHECK(status(get("/echo", "X-Filler: " + std::string(2000, 'f') + "\r\n")) == 431);
  CHECK(status("GET /echo HTTP/1.1\r\nHost: annals.test\r\nX-Endless: " + std::string(3000, 'e')) == 431);
  CHECK(status("GET /" + std::string(3000, 't')) == 414);

  const ProbeServer wide;
  CHECK(wide.ask(get("/" + std::string(8191, 't')))->status == 200);
  CHECK(wide.ask(get("/" + std::string(8192, 't')))->status == 414);
  std::string many;
  for (int i = 0; i < 300; ++i) many += "X-" + std::to_string(i) + ": " + std::to_string(i) + "\r\n";
  CHECK(wide.ask(get("/echo", many))->status == 431);
}

TEST_CASE("connections over the limit are told so and closed; those there go on", "[http][transport]") {
  const ProbeServer server([](ServerOptions& options) { options.connections_max = 2; });
  auto first = std::make_unique<RawClient>(server.port());
  RawClient second(server.port());
  for (RawClient* client : {first.get(), &second}) {
    client->send(get("/echo"));
    REQUIRE(client->answer());
  }
  RawClient third(server.port());
  third.send(get("/echo"));
  const auto refusal = third.answer();
  REQUIRE(refusal);
  CHECK(refusal->status == 503);
  CHECK(refusal->header("Retry-After") == "1");
  CHECK(refusal->header("Connection") == "close");
  CHECK(refusal->body == R"({"detail": "Too many connections."})");
  third.end_sending();
  CHECK(third.closes());

  second.send(get("/echo"));
  CHECK(second.answer()->status == 200);
  first.reset();
  CHECK(eventually([&] { return server.ask(get("/echo"))->status == 200; }));
}

TEST_CASE("slow headers and slow bodies are cut off however steadily they drip", "[http][transport]") {
  const ProbeServer server([](ServerOptions& options) { options.request_timeout = milliseconds(300); });
  for (const std::string& begin :
       {std::string("GET /echo HTTP/1.1\r\nX-Drip: "),
        std::string("POST /echo HTTP/1.1\r\nHost: annals.test\r\nContent-Length: 1000\r\n\r\n")}) {
    RawClient client(server.port());
    client.send(begin);
    const auto started = std::chrono::steady_clock::now();
    std::optional<RawAnswer> answer;
    while (!answer && std::chrono::steady_clock::now() - started < milliseconds(4000)) {
      client.send("x");
      answer = client.answer(false, milliseconds(50));
    }
    REQUIRE(answer);
    CHECK(answer->status == 408);
    CHECK(std::chrono::steady_clock::now() - started >= milliseconds(300));
    client.end_sending();
    CHECK(client.closes());
  }
  CHECK(server.handler.handled == 0);
}

TEST_CASE("an idle connection is closed without a word, one that waits for its answer is not", "[http][transport]") {
  ProbeServer server([](ServerOptions& options) {
    options.idle_timeout = milliseconds(300);
    options.request_timeout = milliseconds(100);
    options.write_timeout = milliseconds(100);
  });
  RawClient waiting(server.port());
  waiting.send(get("/held"));
  RawClient silent(server.port());
  RawClient idle(server.port());
  idle.send(get("/echo"));
  REQUIRE(idle.answer());
  CHECK(silent.closes());
  CHECK(idle.closes());
  CHECK(silent.rest().empty());
  CHECK(idle.rest().empty());
  CHECK(server.handler.release_held() == 1);
  CHECK(waiting.answer()->body.starts_with("held|"));
}

TEST_CASE("a peer that does not read its answers is cut off", "[http][transport]") {
  ProbeServer server([](ServerOptions& options) { options.write_timeout = milliseconds(300); });
  RawClient client(server.port(), 4096);
  client.send(get("/document") + get("/document"));
  const auto open_connections = [&] { return contains(server.metrics->text(), "annals_http_connections 1\n"); };
  REQUIRE(eventually(open_connections));
  CHECK(eventually([&] { return !open_connections(); }));
  CHECK(server.ask(get("/echo"))->status == 200);
}

}  // namespace annals::limits_test
