#include "scenario.hpp"

namespace annals::test::invitation_test {
namespace {

using namespace std::chrono_literals;

InvitePerson invite(unsigned n, std::string_view body = "{}") {
  return InvitePerson::from(person_id(n), json(body));
}
InviteEmail invite_email(std::string_view body) {
  return InviteEmail::from(json(body));
}

std::vector<Event> ada() {
  return acme() + std::vector<Event>{person(1, "Ada", "Ada@Example.com")};
}

InvitationIssued issued(unsigned id, unsigned person, std::string_view email, Timestamp expires_at = kNow + 30 * 24h) {
  InvitationIssued event;
  event.invitation = InvitationId{id};
  event.person = person_id(person);
  event.expires_at = expires_at;
  event.details = {SlotId{500 + person}, InvitationDetails{}};
  event.details.data->email = email;
  return event;
}
InvitationIssued issued_to_address(unsigned id, unsigned slot, std::string_view email,
                                   Timestamp expires_at = kNow + 30 * 24h) {
  auto event = issued(id, 1, email, expires_at);
  event.source = InvitationSource::platform;
  event.person.reset();
  event.details.slot = SlotId{slot};
  return event;
}

TEST_CASE("a person is invited by its primary email", "[commands]") {
  given(ada()).when(invite(1)).then({issued(1, 1, "Ada@Example.com")}).shows(InvitationShown{InvitationId{1}, true});
}

TEST_CASE("an invitation carries its terms", "[commands]") {
  auto event = issued(1, 1, "Ada@Example.com");
  event.is_admin = true;
  event.is_staff = true;
  event.details.data->redirect_to = "https://acme.example/welcome";
  event.details.data->enrollment_config = {R"({"course":5})"};
  const auto command = invite(
      1,
      R"({"is_admin":true,"is_staff":"on","redirect_to":" https://acme.example/welcome ","enrollment_config":{"course": 5}})");
  given(ada()).by(tenant_admin()).when(command).then({event});
  given(ada()).by(superuser()).when(command).then({event});
}

TEST_CASE("rights are given by Tenant Admins only", "[commands]") {
  given(ada()).when(invite(1, R"({"is_admin":true})")).then_problem(ProblemCode::permission_denied);
  given(ada()).when(invite(1, R"({"is_staff":true})")).then_problem(ProblemCode::permission_denied);
  given(ada()).when(invite(1, R"({"is_admin":false,"is_staff":false})")).then({issued(1, 1, "Ada@Example.com")});
  given(ada())
      .when(invite_email(R"({"email":"b@example.com","is_staff":true})"))
      .then_problem(ProblemCode::permission_denied);
  auto of_another_platform = tenant_admin();
  of_another_platform.platform = kOther;
  given(ada())
      .by(of_another_platform)
      .when(invite_email(R"({"email":"b@example.com","is_admin":true})"))
      .then_problem(ProblemCode::permission_denied);
}

TEST_CASE("an invitation for an invited email is refused", "[commands]") {
  const auto events = ada() + std::vector<Event>{person(2, "Bea", "ADA@example.COM"), issued(3, 1, "ada@example.com")};
  const auto seen = [](unsigned person) { return InvitationConflict{InvitationId{3}, person_id(person), "acme"}; };
  given(events).when(invite(1)).then_conflict(seen(1));
  given(events).when(invite(2)).then_conflict(seen(2));
  given(events)
      .when(invite_email(R"({"email":"aDa@example.com"})"))
      .then_conflict({InvitationId{3}, std::nullopt, "acme"});
  const auto elsewhere = acme() + std::vector<Event>{person(2, "Bea", "ada@example.com")};
  auto other = given(elsewhere);
  other.given_elsewhere({issued(3, 1, "ada@example.com")});
  other.when(invite(2)).then({issued(1, 2, "ada@example.com")});
}

TEST_CASE("one past its expiry is recorded as expired before the next is issued", "[commands]") {
  const auto events = ada() + std::vector<Event>{issued(3, 1, "ada@example.com", kNow)};
  given(events).when(invite(1)).then({InvitationExpired{InvitationId{3}}, issued(4, 1, "Ada@Example.com")});
  given(events).at(kNow - 1us).when(invite(1)).then_problem(ProblemCode::active_invitation_exists);
  given(events)
      .when(invite_email(R"({"email":"ada@example.com"})"))
      .then({InvitationExpired{InvitationId{3}}, issued_to_address(4, 1001, "ada@example.com")});
}

TEST_CASE("after a revocation the email can be invited again", "[commands]") {
  given(ada())
      .when(invite(1))
      .when(RevokeInvitation{InvitationId{1}, ""})
      .when(invite(1))
      .then({issued(2, 1, "Ada@Example.com")});
}

TEST_CASE("inviting a person is refused in this order", "[commands]") {
  const auto linked = PersonLinked{person_id(2), UserId{7}, false};
  const auto events = ada() + std::vector<Event>{person(2, "Bea"),
                                                 linked,
                                                 person(3, "Cea"),
                                                 person(4, "Dea", "d@example.com"),
                                                 PersonLinked{person_id(4), UserId{2}, false},
                                                 issued(6, 4, "d@example.com")};
  struct Row {
    unsigned person;
    unsigned version;
    const char* body;
    ProblemCode code;
  };
  for (const auto& row : {
           Row{9, 8, R"({"is_admin":"x"})", ProblemCode::not_found},
           Row{2, 8, R"({"is_admin":"x"})", ProblemCode::version_conflict},
           Row{2, 2, R"({"is_admin":"x"})", ProblemCode::invalid_fields},
           Row{2, 2, R"({"is_admin":true})", ProblemCode::permission_denied},
           Row{2, 2, "{}", ProblemCode::person_already_linked},
           Row{4, 2, "{}", ProblemCode::person_already_linked},
           Row{3, 1, "{}", ProblemCode::person_without_email},
       }) {
    INFO(row.body << " of person " << row.person);
    given(events).if_match({StreamVersion{row.version}}).when(invite(row.person, row.body)).then_problem(row.code);
  }
}

TEST_CASE("an address is invited without a person", "[commands]") {
  auto event = issued_to_address(1, 1001, "bob@example.com");
  event.details.data->metadata = {R"({"from":"fair"})"};
  given(ada())
      .when(invite_email(R"({"email":" bob@example.com ","metadata":{"from":"fair"},"platform_key":"acme"})"))
      .then({event})
      .shows(InvitationShown{InvitationId{1}, false});
  given(ada())
      .when(invite_email(R"({"email":"ada@example.com"})"))
      .then({issued_to_address(1, 1001, "ada@example.com")});
  given(ada())
      .when(invite_email(R"({"email":"x","is_admin":true})"))
      .then_fields(R"({"email":["Enter a valid email address."]})");
}

TEST_CASE("an invitation is revoked by its id or by its email", "[commands]") {
  const auto events = ada() + std::vector<Event>{issued(3, 1, "ada@example.com"), issued(5, 1, "bob@example.com")};
  const InvitationRevoked revoked{InvitationId{3}};
  given(events).when(RevokeInvitation{InvitationId{3}, ""}).then({revoked}).shows(NothingShown{});
  given(events).when(RevokeInvitation{std::nullopt, "ADA@example.com"}).then({revoked});
  given(events).when(RevokeInvitation{InvitationId{3}, "bob@example.com"}).then({revoked});
  given(events)
      .if_match({StreamVersion{8}})
      .when(RevokeInvitation{InvitationId{3}, ""})
      .then_problem(ProblemCode::version_conflict);
}

TEST_CASE("what is no active invitation cannot be revoked", "[commands]") {
  const auto events =
      ada() + std::vector<Event>{issued(3, 1, "ada@example.com"), issued(4, 1, "bob@example.com", kNow)};
  given(events).when(RevokeInvitation{InvitationId{9}, ""}).then_problem(ProblemCode::not_found);
  given(events).when(RevokeInvitation{std::nullopt, "eve@example.com"}).then_problem(ProblemCode::not_found);
  given(events).when(RevokeInvitation{std::nullopt, ""}).then_problem(ProblemCode::not_found);
  given(events).when(RevokeInvitation{InvitationId{4}, ""}).then_problem(ProblemCode::not_found);
  given(events).when(RevokeInvitation{std::nullopt, "bob@example.com"}).then_problem(ProblemCode::not_found);
  given(events)
      .when(RevokeInvitation{InvitationId{3}, ""})
      .when(RevokeInvitation{InvitationId{3}, ""})
      .then_problem(ProblemCode::not_found);
}

TEST_CASE("invitations that are due expire, earliest first", "[commands]") {
  const auto events =
      ada() + std::vector<Event>{issued(3, 1, "c@example.com", kNow), issued(4, 1, "d@example.com", kNow - 2us),
                                 issued(5, 1, "e@example.com", kNow + 1us), issued(6, 1, "f@example.com", kNow - 1us)};
  const auto expired = [](unsigned id) { return InvitationExpired{InvitationId{id}}; };
  auto scenario = given(events);
  scenario.when(ExpireInvitations{2}).then({expired(4), expired(6)}).shows(NothingShown{});
  scenario.when(ExpireInvitations{2}).then({expired(3)});
  scenario.when(ExpireInvitations{2}).then_nothing();
}

}  // namespace
}  // namespace annals::test::invitation_test
