#include "scenario.hpp"

/// Members who are removed, and users who are deactivated.
namespace annals::test::leaving_test {
namespace {

using namespace std::chrono_literals;

InvitationIssued issued(unsigned id, std::string_view email) {
  InvitationIssued event;
  event.invitation = InvitationId{id};
  event.source = InvitationSource::platform;
  event.expires_at = kNow + 24h;
  event.details = {SlotId{700 + id}, InvitationDetails{}};
  event.details.data->email = email;
  return event;
}

UpdateUser set_active(unsigned user, std::string_view value) {
  return UpdateUser::from(UserId{user}, json(R"({"active":)" + std::string(value) + "}"));
}

TEST_CASE("a member is removed once", "[commands]") {
  auto scenario = given(acme());
  scenario.by(tenant_admin()).when(RemoveMember{UserId{7}}).then({left(7)}).shows(NothingShown{});
  scenario.when(RemoveMember{UserId{7}}).then_problem(ProblemCode::not_found);
  scenario.when(RemoveMember{UserId{99}}).then_problem(ProblemCode::not_found);
}

TEST_CASE("whoever is removed loses the invitation that is still open", "[commands]") {
  const auto events = acme() + std::vector<Event>{issued(3, "PAULA@acme.example"), issued(4, "tess@acme.example")};
  given(events).by(tenant_admin()).when(RemoveMember{UserId{7}}).then({left(7), InvitationRevoked{InvitationId{3}}});
  given(events)
      .by(superuser())
      .when(PutMember::from(json(R"({"user_id":7,"active":false})")))
      .then({left(7), InvitationRevoked{InvitationId{3}}})
      .shows(MemberShown{UserId{7}, false});
}

TEST_CASE("a superuser is removed by superusers only", "[commands]") {
  given(acme()).by(tenant_admin()).when(RemoveMember{UserId{1}}).then_problem(ProblemCode::permission_denied);
  given(acme()).by(superuser()).when(RemoveMember{UserId{1}}).then({left(1)});
}

TEST_CASE("a user is deactivated and comes back, once each", "[commands]") {
  auto scenario = given(acme());
  scenario.by(superuser()).in(kSystemPlatform);
  scenario.when(set_active(7, "true")).then_nothing().shows(UserShown{UserId{7}, false});
  scenario.when(set_active(7, "false")).then({UserDeactivated{UserId{7}}}).shows(UserShown{UserId{7}, false});
  scenario.when(set_active(7, "false")).then_nothing();
  scenario.when(UpdateUser::from(UserId{7}, json("{}"))).then_nothing();
  scenario.when(set_active(7, "true")).then({UserReactivated{UserId{7}}});
}

TEST_CASE("deactivating is refused in this order", "[commands]") {
  struct Row {
    unsigned user;
    unsigned version;
    const char* active;
    ProblemCode code;
  };
  for (const auto& row :
       {Row{99, 8, "\"x\"", ProblemCode::not_found}, Row{1, 8, "\"x\"", ProblemCode::version_conflict},
        Row{1, 1, "\"x\"", ProblemCode::invalid_fields}, Row{1, 1, "false", ProblemCode::invalid_fields}}) {
    INFO(row.user << ' ' << row.active);
    auto scenario = given(acme());
    scenario.by(superuser()).in(kSystemPlatform).if_match({StreamVersion{row.version}});
    scenario.when(set_active(row.user, row.active)).then_problem(row.code);
  }
  auto own = given(acme());
  own.by(superuser()).in(kSystemPlatform);
  own.when(set_active(1, "false")).then_fields(R"({"active":["You cannot deactivate yourself."]})");
}

TEST_CASE("a deactivated user counts as no active member", "[commands]") {
  auto scenario = given(acme() + std::vector<Event>{person(1, "Ada"), UserDeactivated{UserId{7}}});
  scenario.by(tenant_admin());
  scenario.when(CreatePerson::from(json(R"({"name":"Bea","owner":7})")))
      .then_fields(R"({"owner":["Invalid pk \"7\" - object does not exist."]})");
  scenario.when(LinkPerson::from(person_id(1), json(R"({"user_id":7})"))).then_problem(ProblemCode::user_not_a_member);
  scenario.when(IssueApiKey::from(json(R"({"name":"k","username":"paula"})")))
      .then_problem(ProblemCode::invalid_fields);
}

TEST_CASE("a deactivated user who becomes a member is linked to nobody", "[commands]") {
  auto scenario = given(acme() + std::vector<Event>{user(8, "ada", "ada@example.com"), UserDeactivated{UserId{8}},
                                                    person(1, "Ada", "ada@example.com")});
  MemberAdded added;
  added.user = UserId{8};
  added.details = {SlotId{1001}, MemberDetails{"ada@example.com"}};
  scenario.by(superuser()).when(PutMember::from(json(R"({"user_id":8})"))).then({added});
}

}  // namespace
}  // namespace annals::test::leaving_test
