#include "http/resources/token_buckets.hpp"
#include "rig.hpp"

namespace annals::test::limits_test {

using http::TokenBuckets;
using namespace std::chrono_literals;

TEST_CASE("a bucket gives its burst at once and then its rate", "[http]") {
  TokenBuckets buckets(2, 3);
  const auto start = from_micros(1'000'000);
  for (std::uint64_t left = 3; left-- > 0;) {
    const auto verdict = buckets.take("ann", start);
    CHECK(verdict.allowed);
    CHECK(verdict.limit == 3);
    CHECK(verdict.remaining == left);
  }
  const auto refused = buckets.take("ann", start);
  CHECK_FALSE(refused.allowed);
  CHECK(refused.retry_seconds == 1);
  CHECK(refused.reset_seconds == 2);
  CHECK(buckets.take("bob", start).allowed);
  CHECK_FALSE(buckets.take("ann", start + 400ms).allowed);
  CHECK(buckets.take("ann", start + 500ms).allowed);
  CHECK_FALSE(buckets.take("ann", start + 500ms).allowed);
  CHECK(buckets.take("ann", start + 60s).remaining == 2);
}

TEST_CASE("a slow bucket says how long to wait, and a clock that goes back gives nothing", "[http]") {
  TokenBuckets buckets(0.1, 0);
  const auto start = from_micros(50'000'000);
  CHECK(buckets.take("a", start).limit == 1);
  CHECK(buckets.take("a", start).retry_seconds == 10);
  CHECK_FALSE(buckets.take("a", start - 1h).allowed);
  CHECK_FALSE(buckets.take("a", start + 5s).allowed);
  CHECK(buckets.take("a", start + 10s).allowed);
  CHECK(TokenBuckets(7.5, 0).take("b", start).limit == 7);
}

TEST_CASE("a flood of names neither stops a known one nor lets it through", "[http]") {
  TokenBuckets buckets(0.001, 1);
  const auto start = from_micros(0);
  for (int i = 0; i < 50'000; ++i) CHECK(buckets.take(std::to_string(i), start).allowed);
  CHECK(buckets.take("late", start).allowed);
  CHECK_FALSE(buckets.take("late", start).allowed);
}

TEST_CASE("one client is an IPv4 address or an IPv6 network", "[http]") {
  CHECK(http::network_of("192.0.2.7") == "192.0.2.7");
  CHECK(http::network_of("::ffff:192.0.2.7") == "192.0.2.7");
  CHECK(http::network_of("2001:db8::1") == http::network_of("2001:db8::ffff:2"));
  CHECK(http::network_of("2001:db8::1") != http::network_of("2001:db8:0:1::1"));
  CHECK(http::network_of("odd") == "odd");
}

TEST_CASE("without a rate limit no answer speaks of one", "[http]") {
  Rig rig;
  CHECK(rig.get("/persons/").header("RateLimit-Limit").empty());
}

TEST_CASE("a key over its rate is refused until later; other keys are not", "[http]") {
  http::ApiOptions options;
  options.rate_limit_per_second = 0.01;
  options.rate_limit_burst = 3;
  Rig rig(options);
  const auto first = rig.get("/persons/");
  CHECK(first.header("RateLimit-Limit") == "3");
  CHECK(first.header("RateLimit-Remaining") == "2");
  CHECK(first.header("RateLimit-Reset") == "100");
  const auto write = rig.post("/persons/", R"({"name":"Max"})");
  CHECK(write.status() == 201);
  CHECK(write.header("RateLimit-Remaining") == "1");
  CHECK(rig.send("BREW", "/persons/").header("RateLimit-Remaining") == "0");
  const auto refused = rig.post("/persons/", R"({"name":"Moe"})");
  CHECK(refused.status() == 429);
  CHECK(refused.body() == R"({"detail":"Request was throttled."})");
  CHECK(refused.header("Retry-After") == "100");
  CHECK(refused.header("RateLimit-Remaining") == "0");
  CHECK(refused.response.user == "1");
  CHECK(rig.get("/persons/", {{"Authorization", ""}}).status() == 401);
  CHECK(rig.get("/healthz").status() == 200);
  CHECK(rig.get("/persons/", rig.member_key("nia", {"CRM Viewer"})).status() == 200);
}

}  // namespace annals::test::limits_test
