#include <catch2/catch.hpp>

#include "app/invitation_expiry.hpp"
#include "app/invitation_secrets.hpp"
#include "committing.hpp"

namespace annals::redeeming_test {
using namespace annals::test;

namespace {

constexpr PlatformId kFirst{1};
const std::string kGuest = "Guest@acme.example";

Command invite(const std::string& email) {
  return InviteEmail::from(body({{"email", quote_json(email)}}));
}

/// Issues an invitation and gives its secret.
std::string invited(Backend& backend, const std::string& email = kGuest) {
  REQUIRE(backend.ask(kFirst, invite(email)));
  const auto issued = backend.commits(kFirst).back().events.back();
  return InvitationSecrets(backend.store)
      .secret(kFirst, std::get<InvitationIssued>(issued.event).invitation, issued.id);
}

Submission redeeming(const std::string& secret, const std::string& username = "") {
  auto submission = asking(kFirst, RedeemInvitation::from(body({{"platform_key", R"("first")"},
                                                                {"email", quote_json(kGuest)},
                                                                {"token", quote_json(secret)},
                                                                {"username", quote_json(username)}})));
  submission.caller = Caller{};
  return submission;
}

std::vector<std::string> types_of(const Commit& commit) {
  std::vector<std::string> types;
  for (const auto& event : commit.events) types.emplace_back(type_of(event.event));
  return types;
}

std::size_t count_of(const std::vector<std::string>& types, std::string_view type) {
  return static_cast<std::size_t>(std::ranges::count(types, type));
}

}  // namespace

TEST_CASE("redeeming writes the user to the system's log, and the rest in one commit of the platform",
          "[app][redeem]") {
  Backend backend;
  REQUIRE(backend.ask(kFirst, create_person("Guest", "guest@ACME.example")));
  auto submission = redeeming(invited(backend));
  const auto correlation = submission.correlation;
  const auto answer = backend.ask(std::move(submission));
  REQUIRE(answer);
  CHECK(answer->status == 201);
  CHECK(member(*answer, "user_id") == "1");
  CHECK(member(*answer, "username") == R"("Guest")");
  CHECK(member(*answer, "platform_key") == R"("first")");
  CHECK(answer->position == backend.store.log().head(kFirst).position);
  const auto system = backend.commits(kSystemPlatform).back();
  const auto platform = backend.commits(kFirst).back();
  CHECK(types_of(system) == std::vector<std::string>{"UserCreated"});
  CHECK(types_of(platform) == std::vector<std::string>{"InvitationRedeemed", "MemberAdded", "PersonLinked"});
  CHECK(platform.header.causation == system.events.back().id);
  CHECK(platform.header.correlation == correlation);
  CHECK(system.header.actor.user == UserId{});
  CHECK(platform.header.actor.user == UserId{1});
}

TEST_CASE("of fifty tries at once one joins, and the others find nothing", "[app][redeem]") {
  Backend backend;
  const auto secret = invited(backend);
  std::vector<Answered> tries;
  for (int i = 0; i < 50; ++i) tries.push_back(backend.submit(redeeming(secret)));
  std::size_t joined = 0;
  for (auto& one : tries) {
    const auto answer = Backend::result(one);
    if (answer) ++joined;
    if (!answer) CHECK(answer.error().code == ProblemCode::not_found);
  }
  CHECK(joined == 1);
  CHECK(count_of(backend.event_types(kFirst), "InvitationRedeemed") == 1);
  CHECK(count_of(backend.event_types(kFirst), "MemberAdded") == 1);
  CHECK(count_of(backend.event_types(kSystemPlatform), "UserCreated") == 1);
}

TEST_CASE("of redeeming and revoking, the one that comes first wins", "[app][redeem]") {
  for (const bool redeem_first : {true, false}) {
    Backend backend;
    const auto secret = invited(backend);
    Gate gate;
    auto held = backend.hold_turns(gate);  // what follows is decided in one group
    auto revoking = asking(kFirst, RevokeInvitation{InvitationId{1}, ""});
    auto first = backend.submit(redeem_first ? redeeming(secret) : std::move(revoking));
    auto second = backend.submit(redeem_first ? std::move(revoking) : redeeming(secret));
    gate.open();
    CHECK(Backend::both(held));
    CHECK(Backend::result(first));
    CHECK(code_of(Backend::result(second)) == ProblemCode::not_found);
    CHECK(count_of(backend.event_types(kSystemPlatform), "UserCreated") == (redeem_first ? 1 : 0));
  }
}

TEST_CASE("a user whom a broken try left behind is the one who joins", "[app][redeem]") {
  Backend backend;
  const auto secret = invited(backend);
  REQUIRE(backend.ask(kSystemPlatform,
                      CreateUser::from(body({{"username", R"("guest")"}, {"email", quote_json(kGuest)}}))));
  backend.restart();
  const auto answer = backend.ask(redeeming(secret, "another"));
  REQUIRE(answer);
  CHECK(answer->status == 201);
  CHECK(member(*answer, "username") == R"("guest")");
  CHECK(count_of(backend.event_types(kSystemPlatform), "UserCreated") == 1);
}

TEST_CASE("a redemption that the log lost can be tried again", "[app][redeem]") {
  Backend backend;
  const auto secret = invited(backend);
  backend.store.log().plan({MemoryLog::Fate::unknown_lost});
  CHECK(code_of(backend.ask(redeeming(secret))) == ProblemCode::outcome_unknown);
  auto again = backend.ask(redeeming(secret));
  while (code_of(again) == ProblemCode::store_unavailable) again = backend.ask(redeeming(secret));
  REQUIRE(again);
  CHECK(again->status == 201);
}

TEST_CASE("a taken username leaves nothing in either log", "[app][redeem]") {
  Backend backend;
  const auto secret = invited(backend);
  REQUIRE(backend.ask(kSystemPlatform, CreateUser::from(body({{"username", R"("taken")"}}))));
  const auto heads = std::pair(backend.store.log().head(kSystemPlatform), backend.store.log().head(kFirst));
  CHECK(code_of(backend.ask(redeeming(secret, "TAKEN"))) == ProblemCode::invalid_fields);
  CHECK(heads == std::pair(backend.store.log().head(kSystemPlatform), backend.store.log().head(kFirst)));
  CHECK(backend.ask(redeeming(secret, "free")));
}

TEST_CASE("a redemption that is repeated with its key gets the same answer", "[app][redeem][idempotency]") {
  Backend backend;
  const auto secret = invited(backend);
  const auto first = backend.ask(with_key(redeeming(secret), "k9", "r9"));
  REQUIRE(first);
  backend.restart();
  const auto again = backend.ask(with_key(redeeming(secret), "k9", "r9"));
  REQUIRE(again);
  CHECK(again->replayed);
  CHECK(again->status == 201);
  CHECK(again->body == first->body);
  CHECK(code_of(backend.ask(redeeming(secret))) == ProblemCode::not_found);
}

TEST_CASE("an invitation that ran out while nothing was running is refused at once, and then recorded as expired",
          "[app][redeem]") {
  Backend backend;
  const auto secret = invited(backend);
  const auto issued = backend.commits(kFirst).back().events.back();
  backend.stop();
  backend.clock = std::get<InvitationIssued>(issued.event).expires_at;  // the very instant
  backend.restart();
  CHECK(code_of(backend.ask(redeeming(secret))) == ProblemCode::not_found);
  CHECK(code_of(backend.ask(kFirst, RevokeInvitation{InvitationId{1}, ""})) == ProblemCode::not_found);
  CHECK(backend.event_types(kFirst).back() == "InvitationIssued");
  InvitationExpiry expiry(backend.store, *backend.committer, *backend.live, backend.metrics,
                          [&backend] { return backend.clock.load(); });
  expiry.expire_due();
  CHECK(backend.event_types(kFirst).back() == "InvitationExpired");
  CHECK(backend.ask(kFirst, invite(kGuest)));
}

}  // namespace annals::redeeming_test
