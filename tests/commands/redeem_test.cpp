#include "commands/invitation/invitation_secret.hpp"
#include "scenario.hpp"

namespace annals::test::redeem_test {
namespace {

using namespace std::chrono_literals;

InvitationIssued issued(unsigned id, std::string_view email, Timestamp expires_at = kNow + 24h) {
  InvitationIssued event;
  event.invitation = InvitationId{id};
  event.source = InvitationSource::platform;
  event.expires_at = expires_at;
  event.details = {SlotId{700 + id}, InvitationDetails{}};
  event.details.data->email = email;
  return event;
}

/// Ada has an account and is invited; so is Bob, who has none. Persons 1 and 3 have Ada's address, 2 has Bob's.
std::vector<Event> invited() {
  return acme() + std::vector<Event>{user(8, "ada", "ada@example.com"),   person(1, "Ada", "Ada@Example.com"),
                                     person(2, "Bob", "bob@example.com"), person(3, "Countess", "ADA@example.com"),
                                     issued(5, "Ada@example.com"),        issued(6, "Bob.B@Example.com")};
}

std::string secret_of(const Scenario& scenario, unsigned invitation) {
  const auto issued_by = scenario.state().invitation(InvitationId{invitation})->issued;
  return invitation_secret(FixedDigester(), kAcme, InvitationId{invitation}, issued_by);
}

RedeemInvitation redeem(std::string_view email, std::string_view secret, std::string_view more = "") {
  return RedeemInvitation::from(json(R"({"platform_key":"acme","email":")" + std::string(email) + R"(","token":")" +
                                     std::string(secret) + "\"" + std::string(more) + "}"));
}

/// Decides what was decided to follow.
Scenario& follow(Scenario& scenario) {
  const auto then = (*scenario.decided())->then;
  REQUIRE(then);
  return scenario.in(then->platform).when(*then->command);
}

MemberAdded added(unsigned user, unsigned slot, std::string_view email) {
  MemberAdded event;
  event.user = UserId{user};
  event.details = {SlotId{slot}, MemberDetails{std::string(email)}};
  return event;
}
MemberChanged changed(unsigned user) {
  MemberChanged event;
  event.user = UserId{user};
  return event;
}
PersonLinked linked(unsigned person, unsigned user) {
  return {person_id(person), UserId{user}, true};
}
InvitationRedeemed redeemed(unsigned invitation, unsigned user) {
  return {InvitationId{invitation}, UserId{user}};
}

TEST_CASE("who has the secret and an account becomes a member, linked to every person with the address",
          "[commands][redeem]") {
  auto scenario = given(invited());
  scenario.when(redeem("ADA@example.com", secret_of(scenario, 5)))
      .then({redeemed(5, 8), added(8, 1001, "ada@example.com"), linked(1, 8), linked(3, 8)})
      .shows(RedemptionShown{InvitationId{5}, UserId{8}, true});
  CHECK_FALSE((*scenario.decided())->then);
  const auto after = scenario.state().invitation(InvitationId{5});
  CHECK_FALSE(after->open);
  CHECK(scenario.state().member(UserId{8})->active);
}

TEST_CASE("who has no account gets one first, under the address that was invited", "[commands][redeem]") {
  auto scenario = given(invited() + std::vector<Event>{person(4, "Bob B", "bob.b@example.com")});
  scenario.when(redeem("bob.b@example.com", secret_of(scenario, 6), R"(,"username":" bobby ","name":"Bob Bee")"))
      .then_nothing();
  CHECK((*scenario.decided())->then->platform == kSystemPlatform);
  follow(scenario).then(
      {UserCreated{UserId{9}, false, {SlotId{1001}, UserDetails{"bobby", "Bob.B@Example.com", "Bob Bee"}}}});
  CHECK((*scenario.decided())->then->platform == kAcme);
  follow(scenario)
      .then({redeemed(6, 9), added(9, 1002, "Bob.B@Example.com"), linked(4, 9)})
      .shows(RedemptionShown{InvitationId{6}, UserId{9}, true});
}

TEST_CASE("a try that ended between the two logs is completed by the next one", "[commands][redeem]") {
  auto scenario = given(invited());
  const auto secret = secret_of(scenario, 6);
  scenario.when(redeem("bob.b@example.com", secret));
  follow(scenario);  // the user is there, and then the power goes
  scenario.in(kAcme)
      .when(redeem("bob.b@example.com", secret, R"(,"username":"bob.b")"))
      .then({redeemed(6, 9), added(9, 1002, "Bob.B@Example.com")});
  CHECK(scenario.state().next_user_id() == UserId{10});
}

TEST_CASE("registering an invitee again makes nobody and goes on", "[commands][redeem]") {
  auto scenario = given(invited());
  scenario.in(kSystemPlatform).when(RegisterInvitee{kAcme, "Ada@example.com", redeem("ada@example.com", "x")});
  scenario.then_nothing();
  CHECK((*scenario.decided())->then->platform == kAcme);
}

TEST_CASE("a username is made from the address, with a number when somebody has it", "[commands][redeem]") {
  const auto name_made_for = [](const std::vector<Event>& more, const std::string& email) {
    auto scenario = given(acme() + more);
    scenario.in(kSystemPlatform).when(RegisterInvitee{kAcme, email, redeem("x@example.com", "x")});
    return std::get<UserCreated>((*scenario.decided())->events.front()).details.data->username;
  };
  CHECK(name_made_for({}, "bob.b@example.com") == "bob.b");
  CHECK(name_made_for({}, "\"a@b\"@example.com") == "\"a@b\"");
  CHECK(name_made_for({user(20, "BOB.b")}, "bob.b@example.com") == "bob.b-21");
  CHECK(name_made_for({user(20, "bob"), user(21, "bob-22")}, "bob@example.com") == "bob-23");
  const std::string longest(240, 'l');
  CHECK(name_made_for({}, longest + "@example.com").size() <= kUsernameCodePointsMax);
}

TEST_CASE("a wanted username that somebody has is a field error, for who has the secret only", "[commands][redeem]") {
  auto scenario = given(invited());
  scenario.when(redeem("bob.b@example.com", "wrong", R"(,"username":"TESS")")).then_problem(ProblemCode::not_found);
  scenario.when(redeem("bob.b@example.com", secret_of(scenario, 6), R"(,"username":"TESS")"));
  follow(scenario).then_fields(R"({"username":["user with this username already exists."]})");
}

TEST_CASE("the membership has the rights of the invitation", "[commands][redeem]") {
  auto with_rights = issued(7, "ada@example.com");
  with_rights.is_admin = true;
  with_rights.is_staff = true;
  auto scenario = given(acme() + std::vector<Event>{user(8, "ada", "ada@example.com"), with_rights});
  auto event = added(8, 1001, "ada@example.com");
  event.is_admin = true;
  event.is_staff = true;
  scenario.when(redeem("ada@example.com", secret_of(scenario, 7))).then({redeemed(7, 8), event});
}

TEST_CASE("a member keeps the rights there are and gets those of the invitation on top", "[commands][redeem]") {
  auto admin = member(8, "ada@example.com");
  admin.is_admin = true;
  auto staff = issued(7, "ada@example.com");
  staff.is_staff = true;
  auto scenario = given(acme() + std::vector<Event>{user(8, "ada", "ada@example.com"), admin, staff});
  auto event = changed(8);
  event.is_staff = true;
  scenario.when(redeem("ada@example.com", secret_of(scenario, 7)))
      .then({redeemed(7, 8), event})
      .shows(RedemptionShown{InvitationId{7}, UserId{8}, false});
  scenario.given({issued(9, "ada@example.com"), person(4, "Late", "ada@example.com")});
  scenario.when(redeem("ada@example.com", secret_of(scenario, 9))).then({redeemed(9, 8), linked(4, 8)});
}

TEST_CASE("a membership that has ended begins again, with the rights of the invitation alone", "[commands][redeem]") {
  auto former = member(8, "ada@example.com");
  former.is_admin = true;
  former.active = false;
  former.expires_at = kNow + 1h;
  auto staff = issued(7, "ada@example.com");
  staff.is_staff = true;
  auto scenario = given(acme() + std::vector<Event>{user(8, "ada", "ada@example.com"), former,
                                                    person(1, "Ada", "ada@example.com"), staff});
  auto event = changed(8);
  event.is_admin = false;
  event.is_staff = true;
  event.active = true;
  event.expires_at = std::optional<Timestamp>();
  scenario.when(redeem("ada@example.com", secret_of(scenario, 7))).then({redeemed(7, 8), event, linked(1, 8)});

  auto run_out = member(8, "ada@example.com");
  run_out.expires_at = kNow;
  auto late =
      given(acme() + std::vector<Event>{user(8, "ada", "ada@example.com"), run_out, issued(7, "ada@example.com")});
  event = changed(8);
  event.expires_at = std::optional<Timestamp>();
  late.when(redeem("ada@example.com", secret_of(late, 7))).then({redeemed(7, 8), event});
}

TEST_CASE("whatever is wrong with a secret, it is the same problem", "[commands][redeem]") {
  auto scenario =
      given(invited() + std::vector<Event>{issued(10, "old@example.com", kNow), issued(11, "gone@example.com"),
                                           InvitationRevoked{InvitationId{11}}});
  scenario.given_elsewhere({issued(5, "ada@example.com")});
  const auto ada = secret_of(scenario, 5);
  const auto refused = [&](std::string_view email, const std::string& secret) {
    INFO(email << ' ' << secret);
    scenario.when(redeem(email, secret)).then_problem(ProblemCode::not_found);
  };
  refused("ada@example.com", "wrong");
  refused("ada@example.com", ada.substr(0, 42));
  refused("ada@example.com", ada + "A");
  refused("ada@example.com", secret_of(scenario, 6));
  refused("bob.b@example.com", ada);
  refused("nobody@example.com", ada);
  refused("nobody@example.com", invitation_secret(FixedDigester(), kAcme, {}, {}));
  refused("old@example.com", secret_of(scenario, 10));
  refused("gone@example.com", secret_of(scenario, 11));
  scenario.in(kOther);
  refused("ada@example.com", ada);
  scenario.in(kSystemPlatform);
  refused("ada@example.com", ada);
  scenario.in(kAcme).when(redeem("ada@example.com", ada));
  REQUIRE(*scenario.decided());
  refused("ada@example.com", ada);
}

TEST_CASE("a secret is good until the instant of its expiry", "[commands][redeem]") {
  const auto events =
      acme() + std::vector<Event>{user(8, "ada", "ada@example.com"), issued(5, "ada@example.com", kNow)};
  auto scenario = given(events);
  const auto secret = secret_of(scenario, 5);
  scenario.when(redeem("ada@example.com", secret)).then_problem(ProblemCode::not_found);
  scenario.when(RevokeInvitation{InvitationId{5}, ""}).then_problem(ProblemCode::not_found);
  scenario.when(ExpireInvitations{}).then({InvitationExpired{InvitationId{5}}});
  auto earlier = given(events);
  earlier.at(kNow - 1us).when(ExpireInvitations{}).then_nothing();
  earlier.when(redeem("ada@example.com", secret)).then({redeemed(5, 8), added(8, 1001, "ada@example.com")});
  earlier.at(kNow).when(ExpireInvitations{}).then_nothing();
}

TEST_CASE("a deactivated user redeems nothing", "[commands][redeem]") {
  auto scenario = given(invited() + std::vector<Event>{UserDeactivated{UserId{8}}});
  const auto secret = secret_of(scenario, 5);
  scenario.when(redeem("ada@example.com", secret)).then_problem(ProblemCode::not_found);
  scenario.given({UserReactivated{UserId{8}}});
  scenario.when(redeem("ada@example.com", secret));
  CHECK(*scenario.decided());
}

TEST_CASE("what a redemption needs and may hold", "[commands][redeem]") {
  const auto faults = [](std::string_view body) { return shown(RedeemInvitation::from(json(body)).errors); };
  CHECK(
      faults("{}") ==
      R"({"platform_key":["This field is required."],"email":["This field is required."],"token":["This field is required."]})");
  CHECK(faults(R"({"platform_key":"","email":"x","token":null,"name":7,"username":[]})") ==
        R"({"platform_key":["This field may not be blank."],"email":["Enter a valid email address."],)"
        R"("token":["This field may not be null."],"username":["Not a valid string."]})");
  const auto command = redeem("a@b.example", "s", R"(,"username":"","name":" Ann ")");
  CHECK_FALSE(command.username);
  CHECK(command.name == "Ann");
  given(acme()).when(RedeemInvitation::from(json("{}"))).then_problem(ProblemCode::invalid_fields);
}

TEST_CASE("who was removed comes back only when a Tenant Admin invites", "[commands][redeem]") {
  auto former = member(8, "ada@example.com");
  former.active = false;
  const auto events =
      acme() + std::vector<Event>{user(8, "ada", "ada@example.com"), former, person(1, "Ada", "ADA@example.com")};
  const auto invite = InviteEmail::from(json(R"({"email":"Ada@example.com"})"));
  given(events).when(invite).then_problem(ProblemCode::permission_denied);
  given(events).when(InvitePerson::from(person_id(1), {})).then_problem(ProblemCode::permission_denied);
  auto scenario = given(events);
  scenario.by(tenant_admin()).when(invite);
  CHECK(*scenario.decided());
}

}  // namespace
}  // namespace annals::test::redeem_test
