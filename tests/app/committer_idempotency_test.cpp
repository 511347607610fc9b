#include <catch2/catch.hpp>

#include "committing.hpp"

namespace annals::committer_idempotency_test {
using namespace annals::test;

namespace {

constexpr PlatformId kFirst{1};
constexpr PlatformId kSecond{2};

}  // namespace

TEST_CASE("the same request with the same key gets the same answer, and writes once", "[app][idempotency]") {
  Backend backend;
  const auto request = [] { return with_key(asking(kFirst, create_person("Grace", "grace@example.com")), "k1", "r1"); };
  const auto first = backend.ask(request());
  REQUIRE(first);
  CHECK_FALSE(first->replayed);
  const auto head = backend.store.log().head(kFirst);
  const auto check_replayed = [&] {
    const auto again = backend.ask(request());
    REQUIRE(again);
    CHECK(again->replayed);
    CHECK(again->status == 201);
    CHECK(again->body == first->body);
    CHECK(again->etag == first->etag);
    CHECK(backend.store.log().head(kFirst) == head);
  };
  check_replayed();
  backend.restart();
  check_replayed();
  CHECK(backend.metrics.of("CreatePerson replayed") == 2);
}

TEST_CASE("another request with the same key is refused, and the key belongs to one platform", "[app][idempotency]") {
  Backend backend;
  REQUIRE(backend.ask(with_key(asking(kFirst, create_organization("A")), "k2", "r2")));
  CHECK(code_of(backend.ask(with_key(asking(kFirst, create_organization("B")), "k2", "r3"))) ==
        ProblemCode::idempotency_key_reused);
  const auto elsewhere = backend.ask(with_key(asking(kSecond, create_organization("C")), "k2", "r4"));
  REQUIRE(elsewhere);
  CHECK_FALSE(elsewhere->replayed);
}

TEST_CASE("a batch is repeated when the commit tells all of its answer, else it is refused", "[app][idempotency]") {
  Backend backend;
  const auto batch = [](const std::string& items, const std::string& key) {
    return with_key(asking(kFirst, BatchPersons::from(body({{"items", items}}))), key, "of " + key);
  };
  const std::string create = R"({"operation":"create","name":"Ida"})";
  const auto first = backend.ask(batch("[" + create + "," + create + "]", "b1"));
  REQUIRE(first);
  const auto head = backend.store.log().head(kFirst);
  backend.restart();
  const auto again = backend.ask(batch("[" + create + "," + create + "]", "b1"));
  REQUIRE(again);
  CHECK(again->replayed);
  CHECK(again->status == 200);
  CHECK(again->body == first->body);
  CHECK(code_of(backend.ask(batch("[" + create + R"(,{"operation":"create","name":""}])", "b2"))) ==
        ProblemCode::bad_request);
  CHECK(backend.store.log().head(kFirst) == head);
  CHECK(backend.ask(batch("[" + create + "]", "b2")));
}

TEST_CASE("a key whose first request is not answered yet is refused", "[app][idempotency]") {
  Backend backend;
  Gate gate;
  auto holder = backend.hold_turns(gate);
  const auto request = [] { return with_key(asking(kFirst, create_organization("Once")), "k5", "r5"); };
  auto first = backend.submit(request());
  auto second = backend.submit(request());
  gate.open();
  CHECK(Backend::result(first));
  CHECK(code_of(Backend::result(second)) == ProblemCode::idempotency_in_progress);
}

TEST_CASE("retries of an answered request that come together are all replayed", "[app][idempotency]") {
  Backend backend;
  const auto request = [] { return with_key(asking(kFirst, create_organization("Once")), "k9", "r9"); };
  REQUIRE(backend.ask(request()));
  Gate gate;
  auto holder = backend.hold_turns(gate);
  auto first = backend.submit(request());
  auto second = backend.submit(request());
  auto other = backend.submit(with_key(asking(kFirst, create_organization("Other")), "k9", "r10"));
  gate.open();
  for (auto* retry : {&first, &second}) {
    const auto answer = Backend::result(*retry);
    REQUIRE(answer);
    CHECK(answer->replayed);
  }
  CHECK(code_of(Backend::result(other)) == ProblemCode::idempotency_key_reused);
}

TEST_CASE("a refused request leaves its key to the next one", "[app][idempotency]") {
  Backend backend;
  REQUIRE(backend.ask(kFirst, create_organization("Taken")));
  Gate gate;
  auto holder = backend.hold_turns(gate);
  auto refused = backend.submit(with_key(asking(kFirst, create_organization("Taken")), "k11", "r11"));
  auto decided = backend.submit(with_key(asking(kFirst, create_organization("Free")), "k11", "r12"));
  gate.open();
  CHECK(code_of(Backend::result(refused)) == ProblemCode::invalid_fields);
  CHECK(Backend::result(decided));
}

TEST_CASE("refusals and answers without events are not kept under a key", "[app][idempotency]") {
  Backend backend;
  REQUIRE(backend.ask(kFirst, create_organization("Taken")));
  const auto request = [] { return with_key(asking(kFirst, create_organization("Taken")), "k6", "r6"); };
  CHECK(code_of(backend.ask(request())) == ProblemCode::invalid_fields);
  CHECK(code_of(backend.ask(request())) == ProblemCode::invalid_fields);
  const auto other = backend.ask(with_key(asking(kFirst, create_organization("Free")), "k6", "r7"));
  REQUIRE(other);
  CHECK_FALSE(other->replayed);
}

TEST_CASE("a kept answer is forgotten after 24 hours", "[app][idempotency]") {
  Backend backend;
  const auto request = [](const char* name, const char* digest) {
    return with_key(asking(kFirst, create_organization(name)), "k8", digest);
  };
  REQUIRE(backend.ask(request("Yesterday", "r8")));
  backend.clock = backend.clock.load() + std::chrono::hours(23);
  CHECK(backend.ask(request("Yesterday", "r8"))->replayed);
  backend.clock = backend.clock.load() + std::chrono::hours(2);
  const auto today = backend.ask(request("Today", "r9"));
  REQUIRE(today);
  CHECK_FALSE(today->replayed);
}

}  // namespace annals::committer_idempotency_test
