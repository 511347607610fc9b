#include "app/invitation_secrets.hpp"

#include <catch2/catch.hpp>

#include "commands/invitation/invitation_secret.hpp"
#include "core/base64.hpp"
#include "real_directory.hpp"
#include "storage/rekey.hpp"

namespace annals::invitation_secrets_test {
using namespace annals::test;

namespace {

const EventId kIssued = *EventId::parse("018fe2b4-0000-7000-8000-0000000000a1");
const EventId kIssuedNext = *EventId::parse("018fe2b4-0000-7000-8000-0000000000a2");

}  // namespace

TEST_CASE("an invitation's secret is 43 characters that stand in a URL, the same each time", "[app][invitations]") {
  const Scratch scratch;
  const auto store = first_start(scratch / "data");
  const InvitationSecrets secrets(*store);
  const auto secret = secrets.secret(PlatformId{1}, InvitationId{2}, kIssued);
  CHECK(secret.size() == 43);
  CHECK(secret.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
        std::string::npos);
  CHECK(from_base64(secret)->size() == 32);
  CHECK(InvitationSecrets(*store).secret(PlatformId{1}, InvitationId{2}, kIssued) == secret);
}

TEST_CASE("a secret opens its own invitation only", "[app][invitations]") {
  const Scratch scratch;
  const auto store = first_start(scratch / "data");
  const auto other_store = first_start(scratch / "other");
  const InvitationSecrets secrets(*store);
  const auto secret = secrets.secret(PlatformId{1}, InvitationId{2}, kIssued);
  const auto matches = [&](std::string_view given, PlatformId platform, InvitationId invitation,
                           const EventId& issued) {
    return opens(given, store->digester(), platform, IssuedInvitation{invitation, issued});
  };
  CHECK(matches(secret, PlatformId{1}, InvitationId{2}, kIssued));
  CHECK_FALSE(matches(secret, PlatformId{3}, InvitationId{2}, kIssued));
  CHECK_FALSE(matches(secret, PlatformId{1}, InvitationId{4}, kIssued));
  CHECK_FALSE(matches(secret, PlatformId{1}, InvitationId{2}, kIssuedNext));
  CHECK(InvitationSecrets(*other_store).secret(PlatformId{1}, InvitationId{2}, kIssued) != secret);
  CHECK_FALSE(matches("", PlatformId{1}, InvitationId{2}, kIssued));
  CHECK_FALSE(matches(secret.substr(1), PlatformId{1}, InvitationId{2}, kIssued));
  CHECK_FALSE(matches(secret + "A", PlatformId{1}, InvitationId{2}, kIssued));
}

TEST_CASE("a mail that was sent before the master key changed can still be redeemed", "[app][invitations]") {
  const Scratch scratch;
  const auto secret_now = [&] {
    return InvitationSecrets(*open_directory(options_of(scratch / "data")))
        .secret(PlatformId{1}, InvitationId{2}, kIssued);
  };
  first_start(scratch / "data");
  const auto before = secret_now();
  REQUIRE(rekey(options_of(scratch / "data"), std::nullopt, {}));
  CHECK(secret_now() == before);
}

}  // namespace annals::invitation_secrets_test
