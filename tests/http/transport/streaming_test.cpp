#include <catch2/catch.hpp>

#include "probe_server.hpp"

namespace annals::streaming_test {
using namespace annals::http;
using namespace annals::http::test;
using std::chrono::milliseconds;
using Then = StreamedBody::Piece::Then;

namespace {

bool has_connections(const ProbeServer& server, int count) {
  return contains(server.metrics->text(), "annals_http_connections " + std::to_string(count) + "\n");
}

}  // namespace

TEST_CASE("a streamed body arrives in chunks as it is made, and the next answer stands behind it",
          "[http][transport]") {
  ProbeServer server;
  RawClient client(server.port());
  client.send(get("/streamed") + get("/echo"));
  const auto head = client.answer();
  REQUIRE(head);
  CHECK(head->status == 200);
  CHECK(head->header("Transfer-Encoding") == "chunked");
  CHECK(head->header("Content-Type") == "application/json");
  CHECK_FALSE(head->header("Content-Length"));
  CHECK_FALSE(head->header("Connection"));
  REQUIRE(server.handler.stream().give("the first"));
  CHECK(client.read_to("first\r\n") == "9\r\nthe first\r\n");
  REQUIRE(server.handler.stream().give(""));
  REQUIRE(server.handler.stream().give(std::string(26, 'z')));
  CHECK(client.read_to("z\r\n") == "1a\r\n" + std::string(26, 'z') + "\r\n");
  CHECK(server.handler.handled == 1);
  REQUIRE(server.handler.stream().give("last", Then::end));
  CHECK(client.read_to("0\r\n\r\n") == "4\r\nlast\r\n0\r\n\r\n");
  CHECK(contains(client.answer()->body, "|/echo|"));
  CHECK(eventually([&] { return server.handler.stream_is_let_go(); }));
}

TEST_CASE("a streamed body may end without a byte", "[http][transport]") {
  ProbeServer server;
  RawClient client(server.port());
  client.send(get("/streamed") + get("/echo"));
  REQUIRE(client.answer());
  REQUIRE(server.handler.stream().give("", Then::end));
  CHECK(client.read_to("0\r\n\r\n") == "0\r\n\r\n");
  CHECK(client.answer()->status == 200);
}

TEST_CASE("large pieces arrive whole", "[http][transport]") {
  ProbeServer server;
  RawClient client(server.port());
  client.send(get("/streamed"));
  REQUIRE(client.answer());
  for (const char letter : {'a', 'b', 'c'}) {
    const std::string piece(3'000'000, letter);
    REQUIRE(server.handler.stream().give(piece));
    CHECK(client.read_to("\r\n") == "2dc6c0\r\n");
    CHECK(client.read_to("\r\n") == piece + "\r\n");
  }
}

TEST_CASE("to an HTTP/1.0 peer a streamed body ends with the connection", "[http][transport]") {
  ProbeServer server;
  RawClient client(server.port());
  client.send("GET /streamed HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto head = client.answer();
  REQUIRE(head);
  CHECK(head->header("Connection") == "close");
  CHECK_FALSE(head->header("Transfer-Encoding"));
  REQUIRE(server.handler.stream().give("one,"));
  REQUIRE(server.handler.stream().give("two", Then::end));
  client.end_sending();
  CHECK(client.closes());
  CHECK(client.rest() == "one,two");
  CHECK_FALSE(client.was_reset());
}

TEST_CASE("Connection: close closes behind the last chunk", "[http][transport]") {
  ProbeServer server;
  RawClient client(server.port());
  client.send(get("/streamed", "Connection: close\r\n") + get("/never"));
  CHECK(client.answer()->header("Connection") == "close");
  client.end_sending();
  REQUIRE(server.handler.stream().give("whole", Then::end));
  CHECK(client.closes());
  CHECK(client.rest() == "5\r\nwhole\r\n0\r\n\r\n");
  CHECK(server.handler.handled == 1);
}

TEST_CASE("HEAD of a streamed answer has its headers, and makes no piece", "[http][transport]") {
  ProbeServer server;
  RawClient client(server.port());
  client.send("HEAD /streamed HTTP/1.1\r\nHost: annals.test\r\n\r\n" + get("/echo"));
  const auto head = client.answer(true);
  REQUIRE(head);
  CHECK(head->header("Transfer-Encoding") == "chunked");
  CHECK(contains(client.answer()->body, "|/echo|"));
  CHECK(server.handler.stream_is_let_go());
}

TEST_CASE("a streamed body that breaks off closes the connection without its end", "[http][transport]") {
  ProbeServer server;
  for (const bool dropped : {true, false}) {
    RawClient client(server.port());
    client.send(get("/streamed") + get("/never"));
    REQUIRE(client.answer());
    REQUIRE(server.handler.stream().give("half"));
    CHECK((dropped ? server.handler.stream().drop() : server.handler.stream().give("", Then::abort)));
    client.end_sending();
    CHECK(client.closes());
    CHECK(client.rest() == "4\r\nhalf\r\n");
  }
  CHECK(server.handler.handled == 2);
}

TEST_CASE("a peer that does not read gets no more made for it, and is cut off", "[http][transport]") {
  ProbeServer server([](ServerOptions& options) { options.write_timeout = milliseconds(500); });
  RawClient client(server.port(), 4096);
  client.send(get("/streamed-endlessly"));
  REQUIRE(client.answer());
  CHECK(eventually([&] { return server.handler.stream_is_let_go(); }));
  // What the kernel's buffers hold, and two pieces.
  CHECK(server.handler.stream().given < 200);
  CHECK(eventually([&] { return has_connections(server, 0); }));
  CHECK(server.ask(get("/echo"))->status == 200);
}

TEST_CASE("a reader of an endless body does not keep others waiting", "[http][transport]") {
  ProbeServer server;
  RawClient reading(server.port());
  reading.send(get("/streamed-endlessly"));
  REQUIRE(reading.answer());
  std::atomic<bool> enough{false};
  std::thread reader([&] {
    while (!enough) reading.read_to("never", milliseconds(1));
  });
  for (int i = 0; i < 50; ++i) CHECK(server.ask(get("/echo"))->status == 200);
  enough = true;
  reader.join();
}

TEST_CASE("a live body ends when its peer leaves, though nothing is to be said", "[http][transport]") {
  ProbeServer server;
  {
    RawClient client(server.port());
    client.send(get("/streamed-live", "Connection: close\r\n"));
    REQUIRE(client.answer());
    client.send("what nobody asked for");
    REQUIRE(server.handler.stream().give("still there"));
    CHECK(contains(client.read_to("there\r\n"), "still there"));
    CHECK(has_connections(server, 1));
  }
  CHECK(eventually([&] { return server.handler.stream_is_let_go() && has_connections(server, 0); }));
  CHECK(server.handler.stream().give("too late"));
  CHECK(server.ask(get("/echo"))->status == 200);
}

TEST_CASE("a live body can end by itself, and its peer gets all of it", "[http][transport]") {
  ProbeServer server;
  RawClient client(server.port());
  client.send(get("/streamed-live", "Connection: close\r\n"));
  REQUIRE(client.answer());
  REQUIRE(server.handler.stream().give("farewell", Then::end));
  CHECK(client.read_to("0\r\n\r\n") == "8\r\nfarewell\r\n0\r\n\r\n");
  client.end_sending();
  CHECK(client.closes());
  CHECK_FALSE(client.was_reset());
}

TEST_CASE("a stop winds the handler down and lets a streamed answer come to its end", "[http][transport]") {
  ProbeServer server;
  RawClient client(server.port());
  client.send(get("/streamed"));
  REQUIRE(client.answer());
  std::thread stopping([&] { server.server->stop(milliseconds(5000)); });
  CHECK(eventually([&] { return server.handler.wound_down.load(); }));
  REQUIRE(server.handler.stream().give("to the end", Then::end));
  CHECK(client.read_to("0\r\n\r\n") == "a\r\nto the end\r\n0\r\n\r\n");
  stopping.join();
}

TEST_CASE("a stop without grace ends streams of every kind", "[http][transport]") {
  ProbeServer server;
  for (const std::string_view path : {"/streamed", "/streamed-live", "/streamed-endlessly"}) {
    RawClient client(server.port(), 4096);
    client.send(get(path));
    REQUIRE(client.answer());
  }
  RawClient last(server.port());
  last.send(get("/streamed-live"));
  REQUIRE(last.answer());
  server.server->stop(milliseconds(0));
  CHECK(last.closes());
  CHECK(server.handler.stream_is_let_go());
}

TEST_CASE("a streamed answer is counted when it begins", "[http][metrics]") {
  ProbeServer server;
  RawClient client(server.port());
  client.send(get("/streamed"));
  REQUIRE(client.answer());
  CHECK(contains(server.metrics->text(), R"(annals_http_request_seconds_count{route="/probe/{how}/"} 1)"));
  REQUIRE(server.handler.stream().give("end", Then::end));
  client.read_to("0\r\n\r\n");
  CHECK(contains(server.metrics->text(), R"(annals_http_request_seconds_count{route="/probe/{how}/"} 1)"));
}

}  // namespace annals::streaming_test
