#include <catch2/catch.hpp>

#include "probe_server.hpp"

namespace annals::serving_test {
using namespace annals::http;
using namespace annals::http::test;

TEST_CASE("a request reaches the handler as it was sent and its answer carries what every answer carries",
          "[http][transport]") {
  const ProbeServer server;
  const auto answer = server.ask(post("/echo?a=1&b=%20", "the body", "X-Request-Id: caller-7.a_B\r\n"));
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->body == "now|POST|/echo?a=1&b=%20|http|annals.test|127.0.0.1|caller-7.a_B|fits|the body|");
  CHECK(answer->head.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(answer->header("Server") == "annals");
  CHECK(answer->header("X-Content-Type-Options") == "nosniff");
  CHECK(answer->header("X-Request-Id") == "caller-7.a_B");
  CHECK(answer->header("Content-Type") == "application/json");
  CHECK(answer->header("Content-Length") == std::to_string(answer->body.size()));
  CHECK(answer->header("Date").value_or("").ends_with(" GMT"));
  CHECK_FALSE(answer->header("Connection"));
  CHECK_FALSE(answer->header("Access-Control-Allow-Origin"));
}

TEST_CASE("a request id that is not sane is replaced", "[http][transport]") {
  const ProbeServer server;
  for (const std::string& given :
       {std::string("has space"), std::string("semi;colon"), std::string(129, 'x'), std::string("uml\xC3\xA4ut")}) {
    const auto answer = server.ask(get("/echo", "X-Request-Id: " + given + "\r\n"));
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->header("X-Request-Id").value_or("").size() == 36);
  }
  CHECK(server.ask(get("/echo", "X-Request-Id: " + std::string(128, 'y') + "\r\n"))->header("X-Request-Id") ==
        std::string(128, 'y'));
  CHECK(server.ask(get("/echo"))->header("X-Request-Id") != server.ask(get("/echo"))->header("X-Request-Id"));
}

TEST_CASE("a kept connection serves one request after the other", "[http][transport]") {
  const ProbeServer server;
  RawClient client(server.port());
  for (int i = 0; i < 5; ++i) {
    client.send(post("/n" + std::to_string(i), "body " + std::to_string(i)));
    const auto answer = client.answer();
    REQUIRE(answer);
    CHECK(contains(answer->body, "/n" + std::to_string(i) + "|"));
    CHECK(contains(answer->body, "|body " + std::to_string(i) + "|"));
  }
}

TEST_CASE("pipelined requests are answered in their order, also when one is answered later", "[http][transport]") {
  const ProbeServer server;
  RawClient client(server.port());
  std::string all;
  for (int i = 0; i < 40; ++i) all += post(i % 7 == 3 ? "/later" : "/echo", "number " + std::to_string(i));
  client.send(all);
  for (int i = 0; i < 40; ++i) {
    const auto answer = client.answer();
    REQUIRE(answer);
    CHECK(answer->body.starts_with(i % 7 == 3 ? "later|" : "now|"));
    CHECK(contains(answer->body, "|number " + std::to_string(i) + "|"));
  }
}

TEST_CASE("a request that comes byte by byte is a request", "[http][transport]") {
  const ProbeServer server;
  RawClient client(server.port());
  for (const char c : post("/slowly", "drip", "X-Request-Id: drop\r\n")) client.send({&c, 1});
  const auto answer = client.answer();
  REQUIRE(answer);
  CHECK(contains(answer->body, "/slowly|http|annals.test|127.0.0.1|drop|fits|drip|"));
}

TEST_CASE("HEAD answers with the length of GET's body and without the body", "[http][transport]") {
  const ProbeServer server;
  RawClient client(server.port());
  client.send("HEAD /large HTTP/1.1\r\nHost: annals.test\r\n\r\n" + get("/echo"));
  const auto head = client.answer(true);
  REQUIRE(head);
  CHECK(head->header("Content-Length") == "100000");
  CHECK(head->header("Content-Type") == "application/json");
  const auto next = client.answer();
  REQUIRE(next);
  CHECK(next->body.starts_with("now|GET|/echo|"));
}

TEST_CASE("204 and 304 carry no body", "[http][transport]") {
  const ProbeServer server;
  for (const unsigned status : {204u, 304u}) {
    RawClient client(server.port());
    client.send(get("/" + std::to_string(status)) + get("/echo"));
    const auto answer = client.answer();
    REQUIRE(answer);
    CHECK(answer->status == status);
    CHECK_FALSE(answer->header("Content-Length"));
    CHECK_FALSE(answer->header("Content-Type"));
    const auto next = client.answer();
    REQUIRE(next);
    CHECK(next->status == 200);
  }
}

TEST_CASE("HTTP/1.0 closes unless asked to keep the connection", "[http][transport]") {
  const ProbeServer server;
  RawClient closing(server.port());
  closing.send("GET /echo HTTP/1.0\r\n\r\n");
  const auto answer = closing.answer();
  REQUIRE(answer);
  CHECK(contains(answer->body, "|127.0.0.1:" + std::to_string(server.port()) + "|"));
  CHECK(answer->header("Connection") == "close");
  CHECK(closing.closes());

  RawClient keeping(server.port());
  for (int i = 0; i < 2; ++i) {
    keeping.send("GET /echo HTTP/1.0\r\nHost: old.test\r\nConnection: keep-alive\r\n\r\n");
    const auto kept = keeping.answer();
    REQUIRE(kept);
    CHECK(kept->header("Connection") == "keep-alive");
  }
}

TEST_CASE("Connection: close and an answer that asks for it close the connection behind the answer",
          "[http][transport]") {
  const ProbeServer server;
  for (const std::string& request : {get("/echo", "Connection: close\r\n"), get("/close")}) {
    RawClient client(server.port());
    client.send(request + get("/never"));
    const auto answer = client.answer();
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->header("Connection") == "close");
    client.end_sending();
    CHECK(client.closes());
    CHECK(client.rest().empty());
    CHECK_FALSE(client.was_reset());
  }
}

TEST_CASE("who expects 100-continue is invited once", "[http][transport]") {
  const ProbeServer server;
  RawClient client(server.port());
  client.send("POST /echo HTTP/1.1\r\nHost: annals.test\r\nContent-Length: 7\r\nExpect: 100-continue\r\n\r\n");
  const auto invitation = client.answer();
  REQUIRE(invitation);
  CHECK(invitation->head == "HTTP/1.1 100 Continue");
  client.send("the");
  client.send("body");
  const auto answer = client.answer();
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(contains(answer->body, "|thebody|"));

  client.send("POST /echo HTTP/1.1\r\nHost: annals.test\r\nTransfer-Encoding: chunked\r\nExpect: 100-Continue\r\n\r\n");
  CHECK(client.answer()->status == 100);
  client.send("4\r\nmore\r\n0\r\n\r\n");
  CHECK(contains(client.answer()->body, "|more|"));

  client.send(post("/echo", "at once", "Expect: 100-continue\r\n"));
  CHECK(client.answer()->status == 200);
}

TEST_CASE("a half-closed socket gets the answers to what it sent", "[http][transport]") {
  const ProbeServer server;
  RawClient client(server.port());
  client.send(get("/echo") + get("/later") + get("/large"));
  client.end_sending();
  CHECK(client.answer()->body.starts_with("now|"));
  CHECK(client.answer()->body.starts_with("later|"));
  CHECK(client.answer()->body.size() == 100'000);
  CHECK(client.closes());
  CHECK_FALSE(client.was_reset());

  RawClient truncated(server.port());
  truncated.send("POST /echo HTTP/1.1\r\nHost: annals.test\r\nContent-Length: 10\r\n\r\nhalf");
  truncated.end_sending();
  const auto answer = truncated.answer();
  REQUIRE(answer);
  CHECK(answer->status == 400);
  CHECK(answer->body == R"({"detail": "The request ended before it was complete."})");
  CHECK(truncated.closes());
}

TEST_CASE("chunked bodies arrive in one piece, without their extensions and trailers", "[http][transport]") {
  const ProbeServer server;
  RawClient client(server.port());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: annals.test\r\nTransfer-Encoding: Chunked\r\n\r\n"
      "5;name=value;q=\"x y\"\r\nhello\r\n1\r\n,\r\n0006 ;ext\r\n world\r\n0\r\n"
      "Host: evil.test\r\nX-Request-Id: evil\r\n\r\n" +
      get("/behind"));
  const auto answer = client.answer();
  REQUIRE(answer);
  CHECK(contains(answer->body, "|hello, world|"));
  CHECK_FALSE(contains(answer->body, "evil"));
  CHECK(contains(client.answer()->body, "|/behind|"));
}

TEST_CASE("a target in absolute form names the host that counts", "[http][transport]") {
  const ProbeServer server;
  CHECK(contains(server.ask(get("http://other.test:81/p/?q=1"))->body, "|/p/?q=1|http|other.test:81|"));
  CHECK(contains(server.ask(get("HTTPS://other.test"))->body, "|/|http|other.test|"));
  CHECK(contains(server.ask(get("http://[::1]:8080?q=2"))->body, "|/?q=2|http|[::1]:8080|"));
  const auto all = server.ask("OPTIONS * HTTP/1.1\r\nHost: annals.test\r\n\r\n");
  REQUIRE(all);
  CHECK(all->status == 204);
  CHECK(all->header("Allow") == "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT");
}

TEST_CASE("unknown methods are the handler's to refuse", "[http][transport]") {
  const ProbeServer server;
  CHECK(server.ask("BREW /echo HTTP/1.1\r\nHost: annals.test\r\n\r\n")->body.starts_with("now|BREW|"));
  CHECK(server
            .ask("OPTIONS /echo HTTP/1.1\r\nHost: annals.test\r\nOrigin: https://a.test\r\n"
                 "Access-Control-Request-Method: PUT\r\n\r\n")
            ->body.starts_with("now|OPTIONS|"));
}

TEST_CASE("answers given later, at once, or from another thread arrive", "[http][transport]") {
  const ProbeServer server;
  CHECK(server.ask(post("/later", "kept alive"))->body.starts_with("later|POST|"));
  CHECK(contains(server.ask(post("/later", "kept alive"))->body, "|kept alive|"));
  CHECK(server.ask(get("/at-once"))->body.starts_with("at once|"));
  RawClient client(server.port());
  client.send(get("/answers-twice") + get("/later"));
  CHECK(client.answer()->body.starts_with("early|GET|/answers-twice|"));
  CHECK(client.answer()->body.starts_with("later|GET|/later|"));
}

TEST_CASE("many answers released together reach their own connections", "[http][transport]") {
  ProbeServer server([](ServerOptions& options) { options.threads = 2; });
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
    clients.back()->send(post("/held", "client " + std::to_string(i)));
  }
  REQUIRE(eventually([&] { return server.handler.held() == 50; }));
  CHECK(server.handler.release_held() == 50);
  for (int i = 0; i < 50; ++i) {
    const auto answer = clients[static_cast<std::size_t>(i)]->answer();
    REQUIRE(answer);
    CHECK(contains(answer->body, "|client " + std::to_string(i) + "|"));
  }
}

TEST_CASE("a request whose handler fails is answered 500 and says nothing of the reason", "[http][transport]") {
  const ProbeServer server;
  for (const std::string_view path : {"/throws", "/throws-a-number", "/drops", "/forgets"}) {
    RawClient client(server.port());
    client.send(get(path) + get("/echo"));
    const auto answer = client.answer();
    REQUIRE(answer);
    CHECK(answer->status == 500);
    CHECK(answer->body == R"({"detail": "Internal server error."})");
    CHECK(answer->header("X-Request-Id"));
    CHECK(client.answer()->status == 200);
  }
}

TEST_CASE("an answer for a connection that died meanwhile is harmless", "[http][transport]") {
  ProbeServer server;
  {
    RawClient client(server.port());
    client.send(post("/held", "the request outlives its connection"));
    REQUIRE(eventually([&] { return server.handler.held() == 1; }));
  }
  CHECK(server.handler.release_held() == 1);
  CHECK(server.ask(get("/echo"))->status == 200);
}

TEST_CASE("a header value that would break out of its line is left out", "[http][transport]") {
  const ProbeServer server;
  const auto answer = server.ask(get("/inject"));
  REQUIRE(answer);
  CHECK(answer->header("X-Good") == "fine");
  CHECK_FALSE(contains(answer->head, "Set-Cookie"));
  CHECK_FALSE(contains(answer->head, "X-Bad"));
}

TEST_CASE("large answers arrive whole", "[http][transport]") {
  const ProbeServer server;
  RawClient client(server.port());
  client.send(get("/document") + get("/large") + get("/echo"));
  CHECK(client.answer()->body == *server.handler.document);
  CHECK(client.answer()->body == std::string(100'000, 'l'));
  CHECK(client.answer()->status == 200);
}

TEST_CASE("a second server on the port is refused with a sentence", "[http][transport]") {
  ProbeServer server;
  ServerOptions options;
  options.port = server.port();
  const auto second = Server::bind(options, server.handler, *server.metrics);
  REQUIRE_FALSE(second);
  CHECK(second.error() == "Cannot listen on 127.0.0.1:" + std::to_string(server.port()) + ": Address already in use.");
  options.host = "203.0.113.7";  // reserved for documentation: never this machine's
  options.port = 0;
  CHECK(Server::bind(options, server.handler, *server.metrics).error() ==
        "Cannot listen on 203.0.113.7:0: Cannot assign requested address.");
}

}  // namespace annals::serving_test
