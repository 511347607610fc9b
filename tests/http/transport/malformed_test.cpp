#include <catch2/catch.hpp>

#include "probe_server.hpp"

namespace annals::malformed_test {
using namespace annals::http;
using namespace annals::http::test;
using namespace std::string_literals;

namespace {

struct Malformed {
  const char* what;
  std::string bytes;
  unsigned status;
};

const std::string kHost = "Host: annals.test\r\n";
const std::string kSmuggled = "GET /smuggled HTTP/1.1\r\nHost: annals.test\r\n\r\n";

std::string with_headers(const std::string& headers, const std::string& behind = "") {
  return "POST /echo HTTP/1.1\r\n" + kHost + headers + "\r\n" + behind;
}
std::string chunked(const std::string& body) {
  return with_headers("Transfer-Encoding: chunked\r\n", body);
}
std::string length(const std::string& value) {
  return with_headers("Content-Length:" + value + "\r\n", "abcde" + kSmuggled);
}

const std::vector<Malformed>& malformed() {
  static const std::vector<Malformed> all{
      // Two ways to say how long the body is
      {"length and chunked",
       with_headers("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + kSmuggled), 400},
      {"chunked and length",
       with_headers("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n" + kSmuggled), 400},
      {"two lengths that differ", with_headers("Content-Length: 5\r\nContent-Length: 6\r\n", "abcdef" + kSmuggled),
       400},
      {"two equal lengths", with_headers("Content-Length: 5\r\nContent-Length: 5\r\n", "abcde" + kSmuggled), 400},
      {"a list of lengths", length(" 5, 5"), 400},
      {"a list of lengths that differ", length(" 5,6"), 400},
      {"a length with a plus", length(" +5"), 400},
      {"a negative length", length(" -5"), 400},
      {"a length in hex", length(" 0x5"), 400},
      {"a length with a space inside", length(" 5 5"), 400},
      {"a length with a fraction", length(" 5.0"), 400},
      {"an empty length", length(""), 400},
      {"a quoted length", length(" \"5\""), 400},
      {"a length beyond 64 bits", length(" 18446744073709551616"), 400},
      {"a length far beyond 64 bits", length(" 99999999999999999999999999"), 400},
      {"a length behind a vertical tab",
       length(" \x0b"
              "5"),
       400},
      // Encodings that someone in between may read differently
      {"chunked twice in a list", with_headers("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 501},
      {"chunked in two headers",
       with_headers("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
      {"gzip, chunked", with_headers("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501},
      {"chunked, identity", with_headers("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"), 501},
      {"identity", with_headers("Transfer-Encoding: identity\r\nContent-Length: 5\r\n", "abcde"), 400},
      {"xchunked", with_headers("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 501},
      {"chunked behind a vertical tab",
       with_headers("Transfer-Encoding: \x0b"
                    "chunked\r\n",
                    "0\r\n\r\n"),
       400},
      {"a quoted chunked", with_headers("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), 501},
      {"an empty encoding", with_headers("Transfer-Encoding:\r\n", "0\r\n\r\n"), 501},
      {"chunked with a space before the colon", with_headers("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), 400},
      {"chunked in HTTP/1.0", "POST /echo HTTP/1.0\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      // Chunks
      {"a chunk size that is none", chunked("G\r\nabc\r\n0\r\n\r\n"), 400},
      {"an empty chunk size", chunked("\r\nabc\r\n0\r\n\r\n"), 400},
      {"a chunk size with a sign", chunked("+3\r\nabc\r\n0\r\n\r\n"), 400},
      {"a chunk size with 0x", chunked("0x3\r\nabc\r\n0\r\n\r\n"), 400},
      {"a chunk size with a space before it", chunked(" 3\r\nabc\r\n0\r\n\r\n"), 400},
      {"a chunk size with junk behind it", chunked("3 abc\r\nabc\r\n0\r\n\r\n"), 400},
      {"a chunk size beyond 64 bits", chunked("10000000000000000\r\nabc\r\n0\r\n\r\n"), 400},
      {"a chunk size of many zeros", chunked("00000000000000003\r\nabc\r\n0\r\n\r\n"), 400},
      {"a chunk size line with a bare LF", chunked("3\nabc\r\n0\r\n\r\n"), 400},
      {"a chunk size line with a bare CR", chunked("3\rabc\r\n0\r\n\r\n"), 400},
      {"a chunk longer than its size", chunked("3\r\nabcd\r\n0\r\n\r\n"), 400},
      {"a chunk without its line end", chunked("3\r\nabc0\r\n\r\n"), 400},
      {"a chunk that ends in a bare LF", chunked("3\r\nabc\n0\r\n\r\n"), 400},
      {"a chunk extension with a control character", chunked("3;a=\x01\r\nabc\r\n0\r\n\r\n"), 400},
      {"a chunk extension with a CR", chunked("3;a=\rb\r\nabc\r\n0\r\n\r\n"), 400},
      {"an endless chunk extension", chunked("3;" + std::string(5000, 'e')), 400},
      {"a trailer that is no header", chunked("0\r\nno colon\r\n\r\n"), 400},
      {"a trailer with a bare LF", chunked("0\r\nA: b\n\r\n"), 400},
      {"endless trailers", chunked("0\r\nA: " + std::string(20000, 't')), 431},
      // Lines
      {"a folded header", with_headers("X-Folded: a\r\n b\r\nContent-Length: 0\r\n"), 400},
      {"a header folded with a tab", with_headers("X-Folded: a\r\n\tb\r\n"), 400},
      {"a folded first header", "GET /echo HTTP/1.1\r\n Host: annals.test\r\n\r\n", 400},
      {"lines that end in a bare LF", "GET /echo HTTP/1.1\nHost: annals.test\n\n", 400},
      {"one header that ends in a bare LF", "GET /echo HTTP/1.1\r\n" + kHost + "A: b\n\r\n", 400},
      {"a bare LF inside a header", with_headers("A: b\nTransfer-Encoding: chunked\r\n"), 400},
      {"a bare CR inside a header", with_headers("A: b\rTransfer-Encoding: chunked\r\n"), 400},
      {"a bare CR before the line end", with_headers("A: b\r\r\n"), 400},
      {"a NUL in a header", with_headers("A: b\0c\r\n"s), 400},
      {"a NUL in a header's name", with_headers("A\0B: c\r\n"s), 400},
      {"a control character in a header", with_headers("A: \x01\r\n"), 400},
      {"a DEL in a header", with_headers("A: \x7F\r\n"), 400},
      {"a space before the colon", with_headers("Content-Length : 5\r\n", "abcde"), 400},
      {"a tab before the colon", with_headers("Content-Length\t: 5\r\n", "abcde"), 400},
      {"an empty header name", with_headers(": 5\r\n"), 400},
      {"a header without a colon", with_headers("Nothing\r\n"), 400},
      {"a header name that is no token", with_headers("A(b): c\r\n"), 400},
      {"a header name that is not ASCII", with_headers("\xC3\xA4: c\r\n"), 400},
      {"a Connection header that is no list", with_headers("Connection: \"close\r\n"), 400},
      {"an expectation that nobody knows", with_headers("Expect: the-unexpected\r\nContent-Length: 0\r\n"), 417},
      // Hosts
      {"no host", "GET /echo HTTP/1.1\r\n\r\n", 400},
      {"two hosts", "GET /echo HTTP/1.1\r\n" + kHost + "Host: other.test\r\n\r\n", 400},
      {"two equal hosts", "GET /echo HTTP/1.1\r\n" + kHost + kHost + "\r\n", 400},
      {"two hosts in HTTP/1.0", "GET /echo HTTP/1.0\r\n" + kHost + "Host: other.test\r\n\r\n", 400},
      {"an empty host", "GET /echo HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {"a host with a path", "GET /echo HTTP/1.1\r\nHost: annals.test/x\r\n\r\n", 400},
      {"a host with a user", "GET /echo HTTP/1.1\r\nHost: me@annals.test\r\n\r\n", 400},
      {"a host with quotes", "GET /echo HTTP/1.1\r\nHost: \"annals.test\"\r\n\r\n", 400},
      {"a list of hosts", "GET /echo HTTP/1.1\r\nHost: a.test, b.test\r\n\r\n", 400},
      {"a host with a port that is none", "GET /echo HTTP/1.1\r\nHost: annals.test:http\r\n\r\n", 400},
      {"a host with an endless port", "GET /echo HTTP/1.1\r\nHost: annals.test:808080\r\n\r\n", 400},
      {"an IPv6 host without its end", "GET /echo HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
      {"an absolute target with a bad host", get("http://a b.test/"), 400},
      {"an absolute target with a user", get("http://me@a.test/"), 400},
      {"an absolute target without a host", get("http:///path"), 400},
      // Request lines
      {"another scheme", get("ftp://a.test/"), 400},
      {"a target without a slash", get("echo"), 400},
      {"authority form", "CONNECT annals.test:80 HTTP/1.1\r\n" + kHost + "\r\n", 400},
      {"asterisk form of GET", get("*"), 400},
      {"a target with a fragment", get("/echo#top"), 400},
      {"a target that is not ASCII", get("/\xC3\xA4"), 400},
      {"a target with a control character", get("/\x01"), 400},
      {"a target with a NUL", get("/a\0b"s), 400},
      {"a target with a DEL", get("/\x7F"), 400},
      {"a target with a space", get("/a b"), 400},
      {"two spaces in the request line", "GET  /echo HTTP/1.1\r\n" + kHost + "\r\n", 400},
      {"a tab in the request line", "GET\t/echo\tHTTP/1.1\r\n" + kHost + "\r\n", 400},
      {"a space behind the version", "GET /echo HTTP/1.1 \r\n" + kHost + "\r\n", 400},
      {"no version", "GET /echo\r\n" + kHost + "\r\n", 400},
      {"no target", "GET HTTP/1.1\r\n" + kHost + "\r\n", 400},
      {"a version in lower case", "GET /echo http/1.1\r\n" + kHost + "\r\n", 400},
      {"a version with a long number", "GET /echo HTTP/1.10\r\n" + kHost + "\r\n", 400},
      {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"HTTP/1.2", "GET /echo HTTP/1.2\r\n" + kHost + "\r\n", 505},
      {"HTTP/0.9", "GET /echo HTTP/0.9\r\n\r\n", 505},
      {"a method that is no token", "G(E)T /echo HTTP/1.1\r\n" + kHost + "\r\n", 400},
      {"an endless method", std::string(40, 'M') + " /echo HTTP/1.1\r\n" + kHost + "\r\n", 501},
      {"two empty lines ahead", "\r\n\r\nGET /echo HTTP/1.1\r\n" + kHost + "\r\n", 400},
      {"a TLS handshake", "\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03"s, 400},
      {"noise", "\xFF\xFE\xFD\r\n\r\n", 400},
  };
  return all;
}

}  // namespace

TEST_CASE("each malformed request is refused, closes its connection and harms nobody else", "[http][transport]") {
  const ProbeServer server;
  for (const Malformed& each : malformed()) {
    INFO(each.what);
    RawClient client(server.port());
    client.send(each.bytes + kSmuggled);
    const auto answer = client.answer();
    REQUIRE(answer);
    CHECK(answer->status == each.status);
    CHECK(answer->body.starts_with(R"({"detail": ")"));
    CHECK(answer->header("Content-Type") == "application/json");
    CHECK(answer->header("Connection") == "close");
    CHECK(answer->header("X-Request-Id"));
    client.end_sending();
    CHECK(client.closes());
    CHECK(client.rest().empty());
    CHECK(server.handler.handled == 0);
  }
  CHECK(server.ask(get("/echo"))->status == 200);
}

TEST_CASE("a good request ahead of a malformed one is answered", "[http][transport]") {
  const ProbeServer server;
  RawClient client(server.port());
  client.send(get("/echo") + "broken\r\n\r\n");
  CHECK(client.answer()->status == 200);
  CHECK(client.answer()->status == 400);
}

TEST_CASE("one empty line ahead of a request is passed over", "[http][transport]") {
  const ProbeServer server;
  RawClient client(server.port());
  client.send(post("/echo", "one") + "\r\n" + post("/echo", "two"));
  CHECK(contains(client.answer()->body, "|one|"));
  CHECK(contains(client.answer()->body, "|two|"));
}

}  // namespace annals::malformed_test
