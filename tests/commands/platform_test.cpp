#include "commands/platform/roles.hpp"
#include "core/crypto.hpp"
#include "scenario.hpp"

namespace annals::test::platform_test {
namespace {

using namespace std::chrono_literals;

std::vector<Event> opening(SlotId slot, std::string key, std::string name) {
  std::vector<Event> events{PlatformOpened{{slot, PlatformDetails{std::move(key), std::move(name)}}}};
  RoleId id{1};
  for (auto& role : seeded_roles()) {
    events.emplace_back(RoleCreated{id, true, {slot, std::move(role)}});
    ++id.value;
  }
  return events + seeded_sales(slot);
}

TEST_CASE("a platform is registered, and its own log begun behind that", "[commands]") {
  auto scenario = given(acme());
  scenario.in(kSystemPlatform)
      .when(CreatePlatform::from(json(R"({"key":"globex","name":" Globex "})")))
      .then({PlatformRegistered{PlatformId{10}, {SlotId{1001}, PlatformDetails{"globex", "Globex"}}}})
      .shows(PlatformShown{PlatformId{10}});
  const auto& follow_up = (*scenario.decided())->then;
  REQUIRE(follow_up);
  CHECK(follow_up->platform == PlatformId{10});
  const auto command = follow_up->command;
  scenario.in(PlatformId{10}).when(*command).then(opening(SlotId{1002}, "globex", "Globex")).shows(NothingShown{});
  scenario.when(*command).then_nothing();
}

TEST_CASE("only a registered platform is opened", "[commands]") {
  given(acme())
      .in(PlatformId{55})
      .when(OpenPlatform{PlatformId{55}, "ghost", "Ghost"})
      .then_problem(ProblemCode::not_found);
}

TEST_CASE("a platform's key is taken once, and some are reserved", "[commands]") {
  const auto create = [](std::string_view key) {
    return CreatePlatform::from(json(R"({"name":"N","key":)" + quote_json(key) + "}"));
  };
  for (const auto* key : {"acme", "other", "system", "System", "SYSTEM"}) {
    INFO(key);
    given(acme())
        .in(kSystemPlatform)
        .when(create(key))
        .then_fields(R"({"key":["platform with this key already exists."]})");
  }
  given(acme())
      .in(kSystemPlatform)
      .when(CreatePlatform::from(json(R"({"key":"acme","name":""})")))
      .then_fields(R"({"key":["platform with this key already exists."],"name":["This field may not be blank."]})");
}

TEST_CASE("the seeded roles are those of the contract", "[commands]") {
  std::vector<std::string> roles;
  for (const auto& role : seeded_roles()) {
    auto text = role.name + ":";
    for (const auto& action : role.actions) text += ' ' + action;
    roles.push_back(std::move(text));
  }
  const std::string all =
      "Ibl.CRM/Persons/read Ibl.CRM/Persons/list Ibl.CRM/Organizations/read Ibl.CRM/Organizations/list "
      "Ibl.CRM/Pipelines/read Ibl.CRM/Pipelines/list Ibl.CRM/Deals/read Ibl.CRM/Deals/list Ibl.CRM/Activities/read "
      "Ibl.CRM/Activities/list Ibl.CRM/Tags/read Ibl.CRM/Tags/list";
  CHECK(roles == std::vector<std::string>{
                     "CRM Viewer: " + all,
                     "CRM User: Ibl.CRM/Persons/* Ibl.CRM/Organizations/* Ibl.CRM/Deals/* Ibl.CRM/Activities/* "
                     "Ibl.CRM/Tags/* Ibl.CRM/Pipelines/read Ibl.CRM/Pipelines/list",
                     "CRM Manager: Ibl.CRM/*",
                     "CRM Inviter: Ibl.CRM/Persons/read Ibl.CRM/Persons/list Ibl.CRM/Invite/action",
                     "Auditor: Ibl.CRM/Audit/read " + all + " Ibl.CRM/Snapshots/read Ibl.CRM/Snapshots/list",
                     "Tenant Admin: Ibl.*",
                 });
  for (const auto& role : seeded_roles()) {
    for (const auto& action : role.actions) CHECK(is_permission_pattern(action));
  }
}

TEST_CASE("a user is created with a name and an email of their own", "[commands]") {
  const auto create = [](std::string_view body) { return CreateUser::from(json(body)); };
  given(acme())
      .in(kSystemPlatform)
      .when(create(R"({"username":"ada","email":"ada@example.com","name":"Ada L"})"))
      .then({UserCreated{UserId{8}, false, {SlotId{1001}, UserDetails{"ada", "ada@example.com", "Ada L"}}}})
      .shows(UserShown{UserId{8}, true});
  auto without_email = given(acme());
  without_email.in(kSystemPlatform)
      .when(create(R"({"username":"ada"})"))
      .then({UserCreated{UserId{8}, false, {SlotId{1001}, UserDetails{"ada", "", ""}}}});
  without_email.when(create(R"({"username":"bea","email":""})"))
      .then({UserCreated{UserId{9}, false, {SlotId{1002}, UserDetails{"bea", "", ""}}}});
  auto root = create(R"({"username":"boss"})");
  root.superuser = true;
  given(acme())
      .in(kSystemPlatform)
      .when(root)
      .then({UserCreated{UserId{8}, true, {SlotId{1001}, UserDetails{"boss", "", ""}}}});
}

TEST_CASE("usernames and emails are unique over the server", "[commands]") {
  given(acme())
      .in(kSystemPlatform)
      .when(CreateUser::from(json(R"({"username":"Tess","email":"PAULA@acme.example","name":7.5})")))
      .then_fields(
          R"({"username":["user with this username already exists."],"email":["user with this email already exists."]})");
  given(acme())
      .in(kSystemPlatform)
      .when(CreateUser::from(json(R"({"username":"tess","email":"x","name":[]})")))
      .then_fields(
          R"({"username":["user with this username already exists."],"email":["Enter a valid email address."],"name":["Not a valid string."]})");
}

PutMember put(std::string_view body) {
  return PutMember::from(json(body));
}

std::vector<Event> with_ada() {
  auto other = person(3, "Other Ada", "ADA@example.com");
  return acme() +
         std::vector<Event>{user(8, "ada", "ada@example.com"),      person(1, "Ada", "Ada@Example.com"),
                            person(2, "Bea", "bea@example.com"),    other,
                            person(4, "Linked", "ada@example.com"), PersonLinked{person_id(4), UserId{7}, false},
                            person(5, "Merged", "ada@example.com"), PersonMerged{person_id(5), person_id(1), true, {}}};
}
MemberAdded ada_added() {
  MemberAdded added;
  added.user = UserId{8};
  added.details = {SlotId{1001}, MemberDetails{"ada@example.com"}};
  return added;
}
PersonLinked linked(unsigned n) {
  return {person_id(n), UserId{8}, true};
}

TEST_CASE("a new member is linked to every free person with the email", "[commands]") {
  given(with_ada())
      .when(put(R"({"user_id":8})"))
      .then({ada_added(), linked(1), linked(3)})
      .shows(MemberShown{UserId{8}, true});
}

TEST_CASE("a member has what was sent", "[commands]") {
  auto added = ada_added();
  added.is_admin = true;
  added.is_staff = true;
  added.expires_at = parse_time("2027-03-01T00:00:00Z")->at;
  given(with_ada())
      .when(put(R"({"user_id":"8","is_admin":true,"is_staff":1,"expired_on":"2027-03-01"})"))
      .then({added, linked(1), linked(3)});
}

TEST_CASE("who is no active member is linked to nobody", "[commands]") {
  auto off = ada_added();
  off.active = false;
  given(with_ada()).when(put(R"({"user_id":8,"active":false})")).then({off});
  auto ended = ada_added();
  ended.expires_at = kNow;
  given(with_ada()).when(put(R"({"user_id":8,"expired_on":"2026-06-04T14:22:11.482913Z"})")).then({ended});
}

TEST_CASE("a user without an email matches no person", "[commands]") {
  auto added = ada_added();
  added.user = UserId{9};
  added.details.data->email.clear();
  given(with_ada() + std::vector<Event>{user(9, "nomail"), person(6, "Nobody", "")})
      .when(put(R"({"user_id":9})"))
      .then({added});
}

TEST_CASE("a membership is changed by what is sent, and records what changed", "[commands]") {
  auto scenario = given(with_ada());
  scenario.when(put(R"({"user_id":8,"is_staff":true})"));
  scenario.when(put(R"({"user_id":8})")).then_nothing().shows(MemberShown{UserId{8}, false});
  scenario.when(put(R"({"user_id":8,"is_staff":true,"is_admin":false,"active":true,"expired_on":null})"))
      .then_nothing();
  MemberChanged changed;
  changed.user = UserId{8};
  changed.is_admin = true;
  scenario.when(put(R"({"user_id":8,"is_admin":true,"is_staff":true})"))
      .then({changed})
      .shows(MemberShown{UserId{8}, false});
}

TEST_CASE("becoming active again links again", "[commands]") {
  auto scenario = given(with_ada());
  scenario.when(put(R"({"user_id":8,"active":false})"));
  MemberChanged on;
  on.user = UserId{8};
  on.active = true;
  scenario.when(put(R"({"user_id":8,"active":true})")).then({on, linked(1), linked(3)});
  MemberChanged off;
  off.user = UserId{8};
  off.active = false;
  scenario.when(put(R"({"user_id":8,"active":false})")).then({off});

  auto ended = given(with_ada());
  ended.when(put(R"({"user_id":8,"expired_on":"2026-01-01"})"));
  MemberChanged later;
  later.user = UserId{8};
  later.expires_at = std::optional(parse_time("2027-01-01")->at);
  ended.when(put(R"({"user_id":8,"expired_on":"2027-01-01"})")).then({later, linked(1), linked(3)});
  MemberChanged endless;
  endless.user = UserId{8};
  endless.expires_at.emplace();
  ended.when(put(R"({"user_id":8,"expired_on":""})")).then({endless});
}

TEST_CASE("a membership is refused in this order", "[commands]") {
  given(with_ada())
      .when(put(R"({"user_id":99})"))
      .then_fields(R"({"user_id":["Invalid pk \"99\" - object does not exist."]})");
  given(with_ada())
      .when(put(R"({"user_id":0,"active":"x"})"))
      .then_fields(
          R"({"user_id":["Invalid pk \"0\" - object does not exist."],"active":["Must be a valid boolean."]})");
  given(with_ada())
      .if_match({StreamVersion{8}})
      .when(put(R"({"user_id":7,"active":"x"})"))
      .then_problem(ProblemCode::version_conflict);
}

IssueApiKey issue(std::string_view body) {
  return IssueApiKey::from(json(body));
}

ApiKeyIssued issued(unsigned key, unsigned user, std::string name) {
  ApiKeyIssued event;
  event.key = KeyId{key};
  event.user = UserId{user};
  event.secret_sha256 = sha256("secret-1");
  event.details = {kAcmeSlot, ApiKeyDetails{std::move(name)}};
  return event;
}

TEST_CASE("everyone mints keys for themselves", "[commands]") {
  given(acme())
      .when(issue(R"({"name":"laptop"})"))
      .then({issued(1, 7, "laptop")})
      .shows(ApiKeyShown{KeyId{1}, "secret-1"});
  given(acme()).when(issue(R"({"name":"laptop","username":"paula"})")).then({issued(1, 7, "laptop")});
  given(acme()).when(issue(R"({"name":"laptop","username":"PAULA"})")).then({issued(1, 7, "laptop")});
}

TEST_CASE("a key expires when asked to", "[commands]") {
  auto expiring = issued(1, 7, "laptop");
  expiring.expires_at = kNow + 90s;
  given(acme()).when(issue(R"({"name":"laptop","expires_in":90})")).then({expiring});
  given(acme()).when(issue(R"({"name":"laptop","expires_in":"90"})")).then({expiring});
  given(acme()).when(issue(R"({"name":"laptop","expires_in":"00:01:30"})")).then({expiring});
}

TEST_CASE("an admin mints keys for members, others do not", "[commands]") {
  const auto for_paula = issue(R"({"name":"robot","username":"paula"})");
  const auto for_tess = issue(R"({"name":"robot","username":"tess"})");
  given(acme()).by(tenant_admin()).when(for_paula).then({issued(1, 7, "robot")});
  given(acme()).when(for_tess).then_problem(ProblemCode::permission_denied);
  given(acme()).when(issue(R"({"name":"robot","username":"nobody"})")).then_problem(ProblemCode::permission_denied);
  auto of_another_platform = tenant_admin();
  of_another_platform.platform = kOther;
  given(acme()).by(of_another_platform).when(for_paula).then_problem(ProblemCode::permission_denied);
}

TEST_CASE("keys are for active members only", "[commands]") {
  MemberChanged off;
  off.user = UserId{7};
  off.active = false;
  const auto events = acme() + std::vector<Event>{user(9, "stranger"), off};
  for (const auto* name : {"stranger", "nobody", "paula"}) {
    INFO(name);
    given(events)
        .by(tenant_admin())
        .when(issue(R"({"name":"robot","username":")" + std::string(name) + "\"}"))
        .then_fields(R"({"username":["Object with username=)" + std::string(name) + R"( does not exist."]})");
  }
  given(events)
      .when(issue(R"({"name":"robot"})"))
      .then_fields(R"({"username":["Object with username=paula does not exist."]})");
}

TEST_CASE("superuser power is on keys that superusers mint for themselves", "[commands]") {
  auto mighty = issued(1, 1, "root-key");
  mighty.superuser = true;
  given(acme()).by(superuser()).when(issue(R"({"name":"root-key"})")).then({mighty});
  given(acme()).by(superuser()).when(issue(R"({"name":"robot","username":"tess"})")).then({issued(1, 2, "robot")});
  given(acme()).by(tenant_admin()).when(issue(R"({"name":"robot","username":"root"})")).then({issued(1, 1, "robot")});
  auto without_power = superuser();
  without_power.superuser = false;
  given(acme()).by(without_power).when(issue(R"({"name":"weak"})")).then({issued(1, 1, "weak")});
  auto narrowed = issued(1, 1, "narrow");
  narrowed.roles = {RoleId{1}};
  given(acme()).by(superuser()).when(issue(R"({"name":"narrow","roles":["CRM Viewer"]})")).then({narrowed});
}

TEST_CASE("a key is narrowed to roles, by id or by name", "[commands]") {
  auto narrowed = issued(1, 7, "narrow");
  narrowed.roles = {RoleId{2}, RoleId{5}};
  given(acme()).when(issue(R"({"name":"narrow","roles":["Auditor",2,"5"]})")).then({narrowed});
  given(acme())
      .when(issue(R"({"name":"narrow","roles":["Janitor",77,-1]})"))
      .then_fields(
          R"({"roles":["Object with name=Janitor does not exist.","Invalid pk \"77\" - object does not exist.","Invalid pk \"-1\" - object does not exist."]})");
}

Caller with_key(unsigned key) {
  auto caller = plain_caller();
  caller.key = KeyId{key};
  return caller;
}

TEST_CASE("a narrowed key makes no wider one", "[commands]") {
  auto narrow = issued(70, 7, "narrow");
  narrow.roles = {RoleId{5}, RoleId{1}};
  const auto events = acme() + std::vector<Event>{narrow, issued(71, 7, "wide")};
  auto next = issued(72, 7, "next");
  next.roles = {RoleId{1}, RoleId{5}};
  given(events).by(with_key(70)).when(issue(R"({"name":"next"})")).then({next});
  next.roles = {RoleId{5}};
  given(events).by(with_key(70)).when(issue(R"({"name":"next","roles":[5]})")).then({next});
  given(events)
      .by(with_key(70))
      .when(issue(R"({"name":"next","roles":[5,3]})"))
      .then_problem(ProblemCode::permission_denied);
  next.roles = {RoleId{3}};
  given(events).by(with_key(71)).when(issue(R"({"name":"next","roles":[3]})")).then({next});
  given(events).by(with_key(71)).when(issue(R"({"name":"next"})")).then({issued(72, 7, "next")});
}

TEST_CASE("a key that was revoked meanwhile mints none for its user", "[commands]") {
  const auto events = acme() + std::vector<Event>{issued(70, 7, "old"), ApiKeyRevoked{KeyId{70}}};
  given(events).by(with_key(70)).when(issue(R"({"name":"next"})")).then_problem(ProblemCode::invalid_token);
}

TEST_CASE("a key's name is unique among those in use", "[commands]") {
  auto scenario = given(acme());
  scenario.when(issue(R"({"name":"laptop"})"));
  scenario.by(tenant_admin())
      .when(issue(R"({"name":" laptop "})"))
      .then_fields(R"({"name":["api token with this name already exists."]})");
  scenario.when(RevokeApiKey{"laptop"}).then({ApiKeyRevoked{KeyId{1}}});
  scenario.when(issue(R"({"name":"laptop"})"));
  auto again = issued(2, 2, "laptop");
  again.secret_sha256 = sha256("secret-2");
  scenario.then({again});
}

TEST_CASE("a key's faults come together", "[commands]") {
  const auto* faulty = R"({"username":"nobody","name":"laptop","expires_in":-1,"roles":["Janitor"]})";
  given(acme() + std::vector<Event>{issued(1, 7, "laptop")})
      .by(tenant_admin())
      .when(issue(faulty))
      .then_fields(
          R"({"username":["Object with username=nobody does not exist."],"name":["api token with this name already exists."],)"
          R"("expires_in":["Ensure this value is greater than or equal to 1."],"roles":["Object with name=Janitor does not exist."]})");
  given(acme())
      .by(tenant_admin())
      .when(issue(R"({"username":[]})"))
      .then_fields(R"({"username":["Not a valid string."],"name":["This field is required."]})");
  given(acme()).when(issue(faulty)).then_problem(ProblemCode::permission_denied);
}

TEST_CASE("keys are revoked by their users and by admins", "[commands]") {
  const auto events = acme() + std::vector<Event>{issued(1, 7, "laptop"), issued(2, 2, "robot")};
  given(events).when(RevokeApiKey{"laptop"}).then({ApiKeyRevoked{KeyId{1}}}).shows(NothingShown{});
  given(events).by(tenant_admin()).when(RevokeApiKey{"laptop"}).then({ApiKeyRevoked{KeyId{1}}});
  given(events).when(RevokeApiKey{"robot"}).then_problem(ProblemCode::permission_denied);
  given(events).when(RevokeApiKey{"phone"}).then_problem(ProblemCode::not_found);
  given(events).if_match({StreamVersion{8}}).when(RevokeApiKey{"laptop"}).then_problem(ProblemCode::version_conflict);
  given(events).when(RevokeApiKey{"laptop"}).when(RevokeApiKey{"laptop"}).then_problem(ProblemCode::not_found);
}

}  // namespace
}  // namespace annals::test::platform_test
