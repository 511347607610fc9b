#include "http/transport/request_reader.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <random>

#include "raw_client.hpp"

namespace annals::request_reader_test {
using namespace annals::http;
using namespace annals::http::test;

namespace {

/// What a reader makes of `bytes` when they come in pieces of the given sizes: one line per request, or the refusal.
std::vector<std::string> read_all(std::string_view bytes, const std::function<std::size_t()>& piece) {
  RequestReader reader({4096, 100'000});
  std::vector<std::string> seen;
  for (;;) {
    switch (reader.next()) {
      case RequestReader::State::complete:
        seen.push_back(std::string(reader.method()) + " " + std::string(reader.target()) + " " +
                       std::string(reader.host()) + " " + std::string(reader.request_id()) + " " +
                       std::string(reader.headers().find("X-Field").value_or("")) + " " + std::string(reader.body()));
        if (reader.body_too_large()) return seen;
        reader.release();
        break;
      case RequestReader::State::failed:
        seen.push_back(std::to_string(reader.error().status) + " " + std::string(reader.error().detail));
        return seen;
      case RequestReader::State::need_bytes:
      case RequestReader::State::send_continue: {
        if (bytes.empty()) return seen;
        const auto space = reader.space();
        const std::size_t count = std::min({space.size(), bytes.size(), piece()});
        std::memcpy(space.data(), bytes.data(), count);
        reader.filled(count);
        bytes.remove_prefix(count);
      }
    }
  }
}

std::string chunked(std::string_view body, std::mt19937& random) {
  std::string out;
  while (!body.empty()) {
    const std::size_t count = std::min<std::size_t>(body.size(), 1 + random() % 3000);
    char size[40];
    std::snprintf(size, sizeof size, "%zx%s\r\n", count, random() % 3 == 0 ? ";ext=1" : "");
    out += size + std::string(body.substr(0, count)) + "\r\n";
    body.remove_prefix(count);
  }
  return out + "0\r\n" + (random() % 2 == 0 ? "Trailer: t\r\n" : "") + "\r\n";
}

}  // namespace

TEST_CASE("what is read does not depend on how the bytes were cut", "[http][transport]") {
  std::mt19937 random(20260604);
  std::string bytes;
  std::vector<std::string> expected;
  for (int i = 0; i < 60; ++i) {
    const std::string number = std::to_string(i);
    const std::string body(random() % 4 == 0 ? random() % 60'000 : random() % 50, static_cast<char>('a' + i % 26));
    const std::string field(random() % 3000, 'f');
    const std::string head = (i % 3 == 0 ? "POST http://absolute.test?n=" : "POST /n") + number +
                             " HTTP/1.1\r\nHost: h" + number + ".test\r\nX-Request-Id: id" + number +
                             "\r\nX-Field: " + field + "\r\n";
    bytes += head;
    if (i % 2 == 0) {
      bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    } else {
      bytes += "Transfer-Encoding: chunked\r\n\r\n" + chunked(body, random);
    }
    expected.push_back(
        (i % 3 == 0 ? "POST /?n=" + number + " absolute.test" : "POST /n" + number + " h" + number + ".test") + " id" +
        number + " " + field + " " + body);
  }
  bytes += "BAD\r\n\r\n";
  expected.push_back("400 Malformed request line.");

  CHECK(read_all(bytes, [] { return std::size_t{1} << 20; }) == expected);
  CHECK(read_all(bytes, [] { return std::size_t{1}; }) == expected);
  for (int round = 0; round < 20; ++round)
    CHECK(read_all(bytes, [&] { return std::size_t{1} + random() % 7000; }) == expected);
}

TEST_CASE("a body of tiny chunks needs no more room than its content", "[http][transport]") {
  std::string bytes = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 90'000; ++i) bytes += "1\r\nx\r\n";
  bytes += "0\r\n\r\n";
  RequestReader reader({4096, 100'000});
  std::size_t widest = 0;
  std::string_view rest = bytes;
  RequestReader::State state = RequestReader::State::need_bytes;
  while ((state = reader.next()) == RequestReader::State::need_bytes && !rest.empty()) {
    const auto space = reader.space();
    widest = std::max(widest, space.size());
    const std::size_t count = std::min(space.size(), rest.size());
    std::memcpy(space.data(), rest.data(), count);
    reader.filled(count);
    rest.remove_prefix(count);
  }
  REQUIRE(state == RequestReader::State::complete);
  CHECK(reader.body() == std::string(90'000, 'x'));
  CHECK(widest < 250'000);
}

}  // namespace annals::request_reader_test
