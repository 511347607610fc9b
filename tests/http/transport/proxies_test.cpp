#include "http/transport/proxies.hpp"

#include <boost/asio/ip/address.hpp>
#include <catch2/catch.hpp>

#include "http/transport/origin.hpp"
#include "probe_server.hpp"

namespace annals::proxies_test {
using namespace annals::http;
using namespace annals::http::test;

namespace {

std::function<void(ServerOptions&)> trusting(std::vector<std::string> proxies) {
  return [proxies](ServerOptions& options) { options.trusted_proxies = proxies; };
}

/// scheme|host|address as the handler sees them
std::string seen(const ProbeServer& server, const std::string& headers) {
  const std::string body = server.ask(get("/echo", "X-Request-Id: end\r\n" + headers)).value_or(RawAnswer{}).body;
  const std::size_t begin = std::string_view("now|GET|/echo|").size();
  return body.substr(begin, body.find("|end|") - begin);
}

bool in(const std::vector<std::string>& blocks, const char* address) {
  return AddressBlocks::parse(blocks).value().contain(boost::asio::ip::make_address(address));
}

}  // namespace

TEST_CASE("a stranger's X-Forwarded headers mean nothing", "[http][transport][proxies]") {
  const std::string lies = "X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.test\r\nX-Forwarded-For: 1.2.3.4\r\n";
  CHECK(seen(ProbeServer(), lies) == "http|annals.test|127.0.0.1");
  CHECK(seen(ProbeServer(trusting({"10.0.0.0/8", "127.0.0.2"})), lies) == "http|annals.test|127.0.0.1");
}

TEST_CASE("a trusted proxy says how its client sees the server", "[http][transport][proxies]") {
  const ProbeServer server(trusting({"10.0.0.0/8", "127.0.0.0/30", "2001:db8::/32"}));
  CHECK(seen(server,
             "X-Forwarded-Proto: HTTPS\r\nX-Forwarded-Host: crm.test:8443\r\nX-Forwarded-For: 198.51.100.7\r\n") ==
        "https|crm.test:8443|198.51.100.7");
  CHECK(seen(server, "X-Forwarded-For: 6.6.6.6, 198.51.100.8, 10.1.2.3\r\n") == "http|annals.test|198.51.100.8");
  CHECK(seen(server, "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 198.51.100.9:4711\r\n") ==
        "http|annals.test|198.51.100.9");
  CHECK(seen(server, "X-Forwarded-For: [2001:db9::5]:99, 2001:db8::1\r\n") == "http|annals.test|2001:db9::5");
  CHECK(seen(server, "X-Forwarded-For: 10.0.0.5\r\n") == "http|annals.test|10.0.0.5");
  CHECK(seen(server, "X-Forwarded-Host: guessed.test, vouched.test\r\nX-Forwarded-Proto: https, http\r\n") ==
        "http|vouched.test|127.0.0.1");
}

TEST_CASE("what a trusted proxy forwards is still checked", "[http][transport][proxies]") {
  const ProbeServer server(trusting({"127.0.0.1"}));
  for (const std::string_view host : {"a/b", "a b", "a\"b", "me@a", "", "a:b", "[", "a%0d%0ab"})
    CHECK(seen(server, "X-Forwarded-Host: " + std::string(host) + "\r\n") == "http|annals.test|127.0.0.1");
  CHECK(seen(server, "X-Forwarded-Proto: gopher\r\nX-Forwarded-For: somebody\r\n") == "http|annals.test|127.0.0.1");
  CHECK(seen(server, "X-Forwarded-For: 198.51.100.1, unknown\r\n") == "http|annals.test|127.0.0.1");
}

TEST_CASE("blocks of addresses hold what their bits say", "[http][transport][proxies]") {
  CHECK(in({"192.0.2.128/25"}, "192.0.2.128"));
  CHECK(in({"192.0.2.128/25"}, "192.0.2.255"));
  CHECK_FALSE(in({"192.0.2.128/25"}, "192.0.2.127"));
  CHECK(in({"192.0.2.5"}, "192.0.2.5"));
  CHECK_FALSE(in({"192.0.2.5"}, "192.0.2.4"));
  CHECK(in({"192.0.2.5"}, "::ffff:192.0.2.5"));
  CHECK(in({"0.0.0.0/0"}, "203.0.113.9"));
  CHECK_FALSE(in({"0.0.0.0/0"}, "2001:db8::1"));
  CHECK(in({"2001:db8::/33"}, "2001:db8:7fff::1"));
  CHECK_FALSE(in({"2001:db8::/33"}, "2001:db8:8000::1"));
  CHECK(in({"::/0"}, "2001:db8::1"));
  CHECK_FALSE(in({}, "127.0.0.1"));
}

TEST_CASE("a trusted proxy that is no address keeps the server from starting", "[http][transport][proxies]") {
  ProbeHandler handler;
  const auto metrics = Metrics::make("0");
  for (const char* entry : {"proxy.test", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "::1/129", ""}) {
    ServerOptions options;
    options.port = 0;
    options.trusted_proxies = {"10.0.0.1", entry};
    const auto server = Server::bind(options, handler, *metrics);
    REQUIRE_FALSE(server);
    CHECK(server.error() ==
          "\"" + std::string(entry) + "\" is neither an address nor a CIDR block of trusted proxies.");
  }
}

TEST_CASE("a host is a name or an address, perhaps with a port", "[http][transport]") {
  for (const std::string_view good :
       {"a", "a.test", "a_b.test:1", "127.0.0.1:65535", "[::1]", "[fe80::1]:8080", "xn--4ca"})
    CHECK(is_host(good));
  for (const std::string_view bad : {"", ":80", "a:", "a:123456", "a:8o", "a:1:2", "::1", "[]", "[:]", "[::1]x",
                                     "[g::1]", "[::1]:", "a/b", "a?b", "a#b", "a b", "a\\b", "a<b", "\xC3\xA4"})
    CHECK_FALSE(is_host(bad));
  CHECK(is_host(std::string(255, 'a')));
  CHECK_FALSE(is_host(std::string(256, 'a')));
}

}  // namespace annals::proxies_test
