#include <catch2/catch.hpp>

#include "probe_server.hpp"

namespace annals::cors_test {
using namespace annals::http;
using namespace annals::http::test;

namespace {

std::string preflight(std::string_view origin, std::string_view method, std::string_view more = "") {
  return "OPTIONS /echo HTTP/1.1\r\nHost: annals.test\r\nOrigin: " + std::string(origin) +
         "\r\nAccess-Control-Request-Method: " + std::string(method) + "\r\n" + std::string(more) + "\r\n";
}

const std::function<void(ServerOptions&)> kTwoOrigins = [](ServerOptions& options) {
  options.cors_origins = {"https://app.test", "http://localhost:3000"};
};

}  // namespace

TEST_CASE("a preflight of a configured origin is answered without the handler", "[http][transport][cors]") {
  const ProbeServer server(kTwoOrigins);
  const auto answer = server.ask(
      preflight("http://localhost:3000", "PATCH", "Access-Control-Request-Headers: authorization, x-own\r\n"));
  REQUIRE(answer);
  CHECK(answer->status == 204);
  CHECK(answer->header("Access-Control-Allow-Origin") == "http://localhost:3000");
  CHECK(answer->header("Access-Control-Allow-Methods") == "PATCH");
  CHECK(answer->header("Access-Control-Allow-Headers") == "authorization, x-own");
  CHECK(answer->header("Access-Control-Max-Age") == "7200");
  CHECK(answer->header("Vary") == "Origin");
  CHECK(server.handler.handled == 0);
}

TEST_CASE("what a preflight asks for is not echoed unless it is sane", "[http][transport][cors]") {
  const ProbeServer server(kTwoOrigins);
  const auto answer =
      server.ask(preflight("https://app.test", "BREW", "Access-Control-Request-Headers: a; b=\"c\"\r\n"));
  REQUIRE(answer);
  CHECK(answer->header("Access-Control-Allow-Methods") == "DELETE, GET, HEAD, PATCH, POST, PUT");
  CHECK(contains(answer->header("Access-Control-Allow-Headers").value_or(""), "Authorization, Content-Type"));
}

TEST_CASE("another origin is allowed nothing", "[http][transport][cors]") {
  const ProbeServer server(kTwoOrigins);
  const auto refused = server.ask(preflight("https://evil.test", "GET"));
  REQUIRE(refused);
  CHECK(refused->status == 204);
  CHECK_FALSE(contains(refused->head, "Access-Control-"));
  CHECK(refused->header("Vary") == "Origin");

  const auto answer = server.ask(get("/echo", "Origin: https://app.test.evil.test\r\n"));
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK_FALSE(contains(answer->head, "Access-Control-"));
  CHECK(answer->header("Vary") == "Origin");
}

TEST_CASE("an answer to a configured origin may be read by its page, errors too", "[http][transport][cors]") {
  const ProbeServer server(kTwoOrigins);
  for (const std::string_view path : {"/echo", "/throws", "/later"}) {
    const auto answer = server.ask(get(path, "Origin: https://app.test\r\n"));
    REQUIRE(answer);
    CHECK(answer->header("Access-Control-Allow-Origin") == "https://app.test");
    for (const std::string_view exposed :
         {"ETag", "X-Request-Id", "Retry-After", "Idempotent-Replayed", "X-As-Of-Position", "RateLimit-Remaining"})
      CHECK(contains(answer->header("Access-Control-Expose-Headers").value_or(""), exposed));
  }
  CHECK_FALSE(server.ask(get("/echo"))->header("Access-Control-Allow-Origin"));
}

TEST_CASE("with * every origin may read", "[http][transport][cors]") {
  const ProbeServer server([](ServerOptions& options) { options.cors_origins = {"*"}; });
  const auto answer = server.ask(get("/echo", "Origin: https://anybody.test\r\n"));
  REQUIRE(answer);
  CHECK(answer->header("Access-Control-Allow-Origin") == "*");
  CHECK_FALSE(answer->header("Vary"));
}

TEST_CASE("an OPTIONS that is no preflight is the handler's", "[http][transport][cors]") {
  const ProbeServer server(kTwoOrigins);
  CHECK(server.ask("OPTIONS /echo HTTP/1.1\r\nHost: annals.test\r\nOrigin: https://app.test\r\n\r\n")
            ->body.starts_with("now|OPTIONS|"));
}

}  // namespace annals::cors_test
