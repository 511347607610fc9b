#include "app/invitation_expiry.hpp"

#include <catch2/catch.hpp>

#include "committing.hpp"

namespace annals::invitation_expiry_test {
using namespace annals::test;

namespace {

constexpr PlatformId kFirst{1};
constexpr PlatformId kSecond{2};

Command invite(const std::string& email) {
  return InviteEmail::from(body({{"email", quote_json(email)}}));
}

}  // namespace

TEST_CASE("invitations past their expiry are recorded as expired, on every platform", "[app]") {
  Backend backend;
  InvitationExpiry expiry(backend.store, *backend.committer, *backend.live, backend.metrics,
                          [&backend] { return backend.clock.load(); });
  REQUIRE(backend.ask(kFirst, invite("one@example.com")));
  REQUIRE(backend.ask(kSecond, invite("two@example.com")));
  expiry.expire_due();
  CHECK(backend.event_types(kFirst).back() == "InvitationIssued");
  backend.clock = backend.clock.load() + std::chrono::days(31);
  REQUIRE(backend.ask(kFirst, invite("young@example.com")));
  expiry.expire_due();
  CHECK(backend.event_types(kFirst).back() == "InvitationExpired");
  CHECK(backend.event_types(kSecond).back() == "InvitationExpired");
  const auto head = backend.store.log().head(kFirst);
  expiry.expire_due();
  CHECK(backend.store.log().head(kFirst) == head);
  CHECK(backend.live->active_invitations() == 1);
}

TEST_CASE("once started it looks by itself", "[app]") {
  Backend backend;
  REQUIRE(backend.ask(kFirst, invite("self@example.com")));
  backend.clock = backend.clock.load() + std::chrono::days(31);
  InvitationExpiry expiry(backend.store, *backend.committer, *backend.live, backend.metrics,
                          [&backend] { return backend.clock.load(); });
  expiry.start(std::chrono::milliseconds(1));
  while (backend.event_types(kFirst).back() != "InvitationExpired") std::this_thread::yield();
  expiry.stop();
  CHECK(backend.event_types(kFirst).back() == "InvitationExpired");
}

}  // namespace annals::invitation_expiry_test
