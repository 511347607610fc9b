#include "scenario.hpp"

namespace annals::test::person_test {
namespace {

CreatePerson creation(std::string_view body) {
  return CreatePerson::from(json(body));
}
UpdatePerson patch(unsigned n, std::string_view body) {
  return UpdatePerson::from(person_id(n), json(body), Write::patch);
}
UpdatePerson replacement(unsigned n, std::string_view body) {
  return UpdatePerson::from(person_id(n), json(body), Write::replace);
}

/// A person with a value in every field.
PersonCreated ada() {
  auto ada = person(1, "Ada", "ada@example.com");
  ada.lifecycle_stage = LifecycleStage::qualified;
  ada.owner = UserId{7};
  ada.organization = organization_id(1);
  ada.metadata_keys = {metadata_key("vip")};
  auto& details = *ada.details.data;
  details.emails = {R"(["ada@home.example"])"};
  details.contact_numbers = {R"(["+44 1"])"};
  details.job_title = "Analyst";
  details.unique_id = "ext-1";
  details.metadata = {R"({"vip":true})"};
  return ada;
}

std::vector<Event> with_ada() {
  return acme() + std::vector<Event>{organization(1, "Engines"), ada()};
}

PersonUpdated updated(unsigned n) {
  PersonUpdated event;
  event.person = person_id(n);
  return event;
}
PersonUpdated updated(unsigned n, PersonDetailsChange change) {
  auto event = updated(n);
  event.details = Sealed<PersonDetailsChange>{SlotId{500 + n}, std::move(change)};
  return event;
}

TEST_CASE("an owner who has left is kept by whoever writes the whole person", "[commands]") {
  auto scenario = given(with_ada() + std::vector<Event>{left(7)});
  scenario.by(tenant_admin())
      .when(patch(1, R"({"owner":7,"job_title":"Countess"})"))
      .shows(PersonShown{person_id(1), false});
  scenario.when(patch(1, R"({"owner":null})")).shows(PersonShown{person_id(1), false});
  scenario.when(patch(1, R"({"owner":7})")).then_fields(R"({"owner":["Invalid pk \"7\" - object does not exist."]})");
}

TEST_CASE("a person is created with what was sent", "[commands]") {
  PersonCreated created;
  created.person = new_person(1);
  created.lifecycle_stage = LifecycleStage::customer;
  created.owner = UserId{2};
  created.organization = organization_id(1);
  created.metadata_keys = {metadata_key("a"), metadata_key("b")};
  std::sort(created.metadata_keys.begin(), created.metadata_keys.end());
  created.details = {
      SlotId{1001},
      PersonDetails{"Grace", "Grace@Example.com", {"[1]"}, {"[2]"}, "Admiral", "ext-2", {R"({"b":3,"a":null})"}}};
  given(with_ada())
      .when(creation(R"({"name":" Grace ","primary_email":"Grace@Example.com","emails":[1],"contact_numbers":[2],
                         "job_title":"Admiral","organization":"b0000000-0000-4000-8000-000000000001","owner":2,
                         "lifecycle_stage":"customer","unique_id":"ext-2","metadata":{"b":3, "a":null}})"))
      .then({created})
      .shows(PersonShown{new_person(1), true});
}

TEST_CASE("a person needs nothing but a name", "[commands]") {
  PersonCreated created;
  created.person = new_person(1);
  created.details = {SlotId{1001}, PersonDetails{}};
  created.details.data->name = "Grace";
  given(acme()).when(creation(R"({"name":"Grace","organization":"","owner":"","primary_email":""})")).then({created});
}

TEST_CASE("metadata that is no object has no keys", "[commands]") {
  PersonCreated created;
  created.person = new_person(1);
  created.details = {SlotId{1001}, PersonDetails{}};
  created.details.data->name = "Grace";
  created.details.data->metadata = {R"(["vip"])"};
  given(acme()).when(creation(R"({"name":"Grace","metadata":["vip"]})")).then({created});
}

TEST_CASE("a person's owner is an active member of the platform", "[commands]") {
  auto off = member(31);
  off.active = false;
  auto ended = member(32);
  ended.expires_at = kNow;
  auto ending = member(33);
  ending.expires_at = kNow + std::chrono::microseconds(1);
  const auto events =
      acme() + std::vector<Event>{
                   user(30, "stranger"), user(31, "off"), user(32, "ended"), user(33, "ending"), off, ended, ending};
  for (const auto* owner : {"30", "31", "32", "99", "0", "-7"}) {
    INFO(owner);
    const std::string fields = R"({"owner":["Invalid pk \")" + std::string(owner) + R"(\" - object does not exist."]})";
    given(events).when(creation(R"({"name":"G","owner":)" + std::string(owner) + "}")).then_fields(fields);
  }
  auto scenario = given(events);
  scenario.when(creation(R"({"name":"G","owner":"33"})"));
  REQUIRE(scenario.decided()->has_value());
}

TEST_CASE("a person's organization is one of the platform", "[commands]") {
  const std::string command = R"({"name":"G","organization":"B0000000000040008000000000000001"})";
  const auto* missing =
      R"({"organization":["Invalid pk \"b0000000-0000-4000-8000-000000000001\" - object does not exist."]})";
  given(acme()).when(creation(command)).then_fields(missing);
  given(with_ada() + std::vector<Event>{OrganizationDeleted{organization_id(1)}})
      .when(creation(command))
      .then_fields(missing);
  given(acme()).given_elsewhere({organization(1, "Engines")}).when(creation(command)).then_fields(missing);
}

TEST_CASE("a unique id is unique unless it is blank", "[commands]") {
  const auto* taken = R"({"unique_id":["person with this unique id already exists."]})";
  given(with_ada()).when(creation(R"({"name":"G","unique_id":"ext-1"})")).then_fields(taken);
  auto other_case = given(with_ada());
  other_case.when(creation(R"({"name":"G","unique_id":"EXT-1"})"));
  CHECK(other_case.decided()->has_value());
  auto freed = given(with_ada() + std::vector<Event>{PersonDeleted{person_id(1)}});
  freed.when(creation(R"({"name":"G","unique_id":"ext-1"})"));
  CHECK(freed.decided()->has_value());
  auto blank = given(acme() + std::vector<Event>{person(1, "Ada"), person(2, "Bob")});
  blank.when(patch(2, R"({"unique_id":""})")).then_nothing();
  given(with_ada() + std::vector<Event>{person(2, "Bob")})
      .when(patch(2, R"({"unique_id":"ext-1"})"))
      .then_fields(taken);
  given(with_ada()).when(patch(1, R"({"unique_id":" ext-1 "})")).then_nothing();
}

TEST_CASE("faults of shape and of state come together, in the schema's order", "[commands]") {
  given(with_ada())
      .when(creation(R"({"unique_id":"ext-1","owner":99,"organization":"c0000000-0000-4000-8000-000000000001",
                         "job_title":false,"lifecycle_stage":"won"})"))
      .then_fields(R"({"name":["This field is required."],"job_title":["Not a valid string."],)"
                   R"("organization":["Invalid pk \"c0000000-0000-4000-8000-000000000001\" - object does not exist."],)"
                   R"("owner":["Invalid pk \"99\" - object does not exist."],)"
                   R"("lifecycle_stage":["\"won\" is not a valid choice."],)"
                   R"("unique_id":["person with this unique id already exists."]})");
}

TEST_CASE("a patch records only what changed", "[commands]") {
  given(with_ada())
      .when(patch(1, R"({"name":"Countess"})"))
      .then({updated(1, with(&PersonDetailsChange::name, "Countess"))});
  given(with_ada())
      .when(patch(1, R"({"job_title":"","name":"Ada"})"))
      .then({updated(1, with(&PersonDetailsChange::job_title, ""))});
  given(with_ada())
      .when(patch(1, R"({"emails":null})"))
      .then({updated(1, with(&PersonDetailsChange::emails, JsonText{"null"}))});
  given(with_ada())
      .when(patch(1, R"({"contact_numbers":["+44  1"]})"))
      .then({updated(1, with(&PersonDetailsChange::contact_numbers, JsonText{R"(["+44  1"])"}))});
  PersonDetailsChange no_email;
  no_email.primary_email.emplace();
  given(with_ada()).when(patch(1, R"({"primary_email":""})")).then({updated(1, no_email)});

  auto stage = updated(1);
  stage.lifecycle_stage = LifecycleStage::churned;
  given(with_ada())
      .when(patch(1, R"({"lifecycle_stage":"churned"})"))
      .then({stage})
      .shows(PersonShown{person_id(1), false});
  auto owner = updated(1);
  owner.owner = std::optional(UserId{2});
  given(with_ada()).when(patch(1, R"({"owner":2})")).then({owner});
  auto nobody = updated(1);
  nobody.owner.emplace();
  given(with_ada()).when(patch(1, R"({"owner":null})")).then({nobody});
  auto nowhere = updated(1);
  nowhere.organization.emplace();
  given(with_ada()).when(patch(1, R"({"organization":""})")).then({nowhere});
}

TEST_CASE("new metadata brings its keys when they are others", "[commands]") {
  given(with_ada())
      .when(patch(1, R"({"metadata":{"vip":false}})"))
      .then({updated(1, with(&PersonDetailsChange::metadata, JsonText{R"({"vip":false})"}))});
  auto other_keys = updated(1, with(&PersonDetailsChange::metadata, JsonText{R"({"tier":1})"}));
  other_keys.metadata_keys = {metadata_key("tier")};
  given(with_ada()).when(patch(1, R"({"metadata":{"tier":1}})")).then({other_keys});
  auto no_keys = updated(1, with(&PersonDetailsChange::metadata, JsonText{"null"}));
  no_keys.metadata_keys.emplace();
  given(with_ada()).when(patch(1, R"({"metadata":null})")).then({no_keys});
}

TEST_CASE("a write that changes nothing records nothing", "[commands]") {
  const auto* whole = R"({"name":"Ada","primary_email":"ada@example.com","emails":["ada@home.example"],
    "contact_numbers":["+44 1"],"job_title":" Analyst ","organization":"b0000000-0000-4000-8000-000000000001",
    "owner":"7","lifecycle_stage":"qualified","unique_id":"ext-1","metadata":{ "vip" : true }})";
  given(with_ada()).when(patch(1, "{}")).then_nothing().shows(PersonShown{person_id(1), false});
  given(with_ada()).when(patch(1, whole)).then_nothing();
  given(with_ada()).when(replacement(1, whole)).then_nothing();
  given(with_ada()).when(patch(1, R"({"active":false,"platform_user":3,"id":"x"})")).then_nothing();
}

TEST_CASE("replacing resets what is absent", "[commands]") {
  auto reset = updated(1, {"Bare", std::optional<std::optional<std::string>>(std::in_place), JsonText{"[]"},
                           JsonText{"[]"}, "", "", JsonText{"{}"}});
  reset.lifecycle_stage = LifecycleStage::lead;
  reset.owner.emplace();
  reset.organization.emplace();
  reset.metadata_keys.emplace();
  given(with_ada()).when(replacement(1, R"({"name":"Bare"})")).then({reset});
}

TEST_CASE("a person of a deleted organization belongs to none", "[commands]") {
  const auto events = with_ada() + std::vector<Event>{OrganizationDeleted{organization_id(1)}};
  given(events).when(patch(1, R"({"organization":null})")).then_nothing();
}

TEST_CASE("deleting a person is one event", "[commands]") {
  given(with_ada()).when(DeletePerson{person_id(1)}).then({PersonDeleted{person_id(1)}}).shows(NothingShown{});
  given(with_ada())
      .when(DeletePerson{person_id(1)})
      .when(DeletePerson{person_id(1)})
      .then_problem(ProblemCode::not_found);
}

TEST_CASE("an invitation to a person outlives it", "[commands]") {
  auto scenario = given(with_ada());
  scenario.when(InvitePerson::from(person_id(1), json("{}")))
      .when(DeletePerson{person_id(1)})
      .then({PersonDeleted{person_id(1)}});
  CHECK(scenario.state().open_invitation("ADA@example.com"));
}

TEST_CASE("a person is linked to a member, once", "[commands]") {
  const auto link = [](unsigned n, std::string_view user) {
    return LinkPerson::from(person_id(n), json(R"({"user_id":)" + std::string(user) + "}"));
  };
  auto scenario = given(with_ada());
  scenario.when(link(1, "7"))
      .then({PersonLinked{person_id(1), UserId{7}, false}})
      .shows(PersonShown{person_id(1), false});
  CHECK_FALSE(scenario.state().person(person_id(1))->active);
  scenario.when(link(1, "7")).then_nothing().shows(PersonShown{person_id(1), false});
  scenario.when(link(1, "2")).then_nothing().shows(PersonShown{person_id(1), false});
  scenario.when(link(1, R"("2")")).then_nothing();
}

TEST_CASE("linking is refused in this order", "[commands]") {
  auto off = member(31);
  off.active = false;
  const auto events = with_ada() + std::vector<Event>{user(30, "stranger"), user(31, "off"), off};
  const auto faulty = LinkPerson::from(person_id(1), json("{}"));
  given(events)
      .if_match({StreamVersion{8}})
      .when(LinkPerson::from(person_id(5), json("{}")))
      .then_problem(ProblemCode::not_found);
  given(events).if_match({StreamVersion{8}}).when(faulty).then_problem(ProblemCode::version_conflict);
  given(events).if_match({StreamVersion{1}}).when(faulty).then_fields(R"({"user_id":["This field is required."]})");
  const auto link = [](std::string_view body) { return LinkPerson::from(person_id(1), json(body)); };
  given(events).when(link(R"({"user_id":99})")).then_problem(ProblemCode::not_found);
  given(events).when(link(R"({"user_id":-1})")).then_problem(ProblemCode::not_found);
  given(events).when(link(R"({"user_id":30})")).then_problem(ProblemCode::user_not_a_member);
  given(events).when(link(R"({"user_id":31})")).then_problem(ProblemCode::user_not_a_member);
  const auto linked = events + std::vector<Event>{PersonLinked{person_id(1), UserId{7}, false}};
  given(linked).when(link(R"({"user_id":30})")).then_problem(ProblemCode::user_not_a_member);
}

TEST_CASE("writing a person is refused in this order", "[commands]") {
  struct Row {
    unsigned person;
    unsigned version;
    const char* body;
    ProblemCode code;
  };
  for (const auto& row : {
           Row{5, 8, R"({"name":""})", ProblemCode::not_found},
           Row{1, 8, R"({"name":""})", ProblemCode::version_conflict},
           Row{1, 1, R"({"name":""})", ProblemCode::invalid_fields},
           Row{1, 1, R"({"owner":99})", ProblemCode::invalid_fields},
       }) {
    INFO(row.body << " of person " << row.person);
    given(with_ada()).if_match({StreamVersion{row.version}}).when(patch(row.person, row.body)).then_problem(row.code);
    given(with_ada())
        .if_match({StreamVersion{row.version}})
        .when(replacement(row.person, row.body))
        .then_problem(row.code);
  }
  given(with_ada()).if_match({StreamVersion{8}}).when(DeletePerson{person_id(5)}).then_problem(ProblemCode::not_found);
  given(with_ada())
      .if_match({StreamVersion{8}})
      .when(DeletePerson{person_id(1)})
      .then_problem(ProblemCode::version_conflict);
  given(with_ada()).if_match({}).when(DeletePerson{person_id(1)}).then_problem(ProblemCode::version_conflict);
  given(with_ada()).given_elsewhere({person(6, "Eve")}).when(patch(6, "{}")).then_problem(ProblemCode::not_found);
}

TEST_CASE("a precondition that holds lets the write through", "[commands]") {
  auto scenario = given(with_ada());
  scenario.if_match({StreamVersion{1}})
      .when(patch(1, R"({"name":"Bea"})"))
      .then({updated(1, with(&PersonDetailsChange::name, "Bea"))});
  scenario.if_match({StreamVersion{1}}).when(patch(1, R"({"name":"Cea"})")).then_problem(ProblemCode::version_conflict);
  scenario.if_match({StreamVersion{1}, StreamVersion{2}})
      .when(patch(1, R"({"name":"Cea"})"))
      .then({updated(1, with(&PersonDetailsChange::name, "Cea"))});
}

}  // namespace
}  // namespace annals::test::person_test
