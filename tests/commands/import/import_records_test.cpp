#include "commands/import/import_records.hpp"

#include "../scenario.hpp"

namespace annals::test::import_records_test {
namespace {

constexpr auto kPerson = RecordKind::person;
constexpr auto kOrganization = RecordKind::organization;

struct Row {
  RecordKind kind;
  std::string json;
};

/// Lines 1, 2, 3 …
ImportRecords rows(const std::vector<Row>& given, Existing existing = Existing::skip) {
  ImportRecords command;
  for (const auto& [kind, text] : given) {
    command.rows.push_back(ImportRow::from(kind, json(text), command.rows.size() + 1, existing));
  }
  return command;
}

/// The imported rows with the errors of those that were rejected: `2: {…}`.
std::vector<std::string> rejected(const Scenario& scenario) {
  std::vector<std::string> all;
  for (const auto& row : std::get<RecordsImported>((*scenario.decided())->outcome).rejected) {
    all.push_back(std::to_string(row.line) + ": " + shown(row.errors));
  }
  return all;
}

std::vector<Event> events_of(const Scenario& scenario) {
  return (*scenario.decided())->events;
}

std::vector<Event> with_ada() {
  auto ada = person(1, "Ada", "ada@example.org");
  ada.details.data->unique_id = "u-1";
  return acme() + std::vector<Event>{ada, organization(1, "Engines")};
}

RecordsImported imported(std::uint64_t persons, std::uint64_t organizations, std::uint64_t skipped) {
  return {.persons = persons, .organizations = organizations, .skipped = skipped, .rejected = {}};
}

ImportRecords upsert(const std::vector<Row>& given) {
  return rows(given, Existing::update);
}

RecordsImported upserted(std::uint64_t created, std::uint64_t updated, std::uint64_t unchanged) {
  return {.persons = created, .updated = updated, .unchanged = unchanged, .rejected = {}};
}

}  // namespace

TEST_CASE("an import creates what the single commands create, with the same events", "[commands]") {
  const std::string bob =
      R"({"name":" Bob ","primary_email":"bob@example.org","emails":["b"],"contact_numbers":[4],"job_title":"Smith",
          "owner":7,"lifecycle_stage":"customer","unique_id":"u-2","metadata":{"k":1}})";
  const std::string looms = R"({"name":"Looms","address":{"city":"Leeds"},"owner":2,"metadata":{"size":3}})";
  const auto single_person = events_of(given(with_ada()).when(CreatePerson::from(json(bob))));
  const auto single_organization = events_of(given(with_ada()).when(CreateOrganization::from(json(looms))));
  given(with_ada()).when(rows({{kPerson, bob}})).then(single_person).shows(imported(1, 0, 0));
  given(with_ada()).when(rows({{kOrganization, looms}})).then(single_organization).shows(imported(0, 1, 0));
}

TEST_CASE("what is there is skipped", "[commands]") {
  given(with_ada())
      .when(rows({{kPerson, R"({"name":"Other","unique_id":" u-1 "})"}, {kOrganization, R"({"name":" Engines"})"}}))
      .then_nothing()
      .shows(imported(0, 0, 2));
  // Also when there would be something against creating it.
  given(with_ada())
      .when(rows({{kPerson, R"({"name":"Other","unique_id":"u-1","owner":99})"}}))
      .shows(imported(0, 0, 1));
  // But not when it cannot be read.
  auto scenario = given(with_ada());
  scenario.when(rows({{kPerson, R"({"name":"","unique_id":"u-1"})"}})).then_nothing();
  CHECK(
      rejected(scenario) ==
      std::vector<std::string>{
          R"(1: {"name":["This field may not be blank."],"unique_id":["person with this unique id already exists."]})"});
}

TEST_CASE("a row sees those before it", "[commands]") {
  auto scenario = given(acme());
  scenario.when(rows({{kPerson, R"({"name":"A","unique_id":"u-5"})"},
                      {kPerson, R"({"name":"B","unique_id":"u-5"})"},
                      {kOrganization, R"({"name":"Mills"})"},
                      {kOrganization, R"({"name":"Mills"})"},
                      {kPerson, R"({"name":"C","organization":"Mills"})"},
                      {kPerson, R"({"name":"D","organization":"Docks"})"},
                      {kOrganization, R"({"name":"Docks"})"}}));
  scenario.shows(
      RecordsImported{.persons = 2,
                      .organizations = 2,
                      .skipped = 2,
                      .rejected = {{6, {{"organization", {"Invalid pk \"Docks\" - object does not exist."}}}}}});
  const auto events = events_of(scenario);
  REQUIRE(events.size() == 4);
  CHECK(std::get<PersonCreated>(events[0]).details.data->name == "A");
  CHECK(std::get<OrganizationCreated>(events[1]).details.data->name == "Mills");
  CHECK(std::get<PersonCreated>(events[2]).organization == std::get<OrganizationCreated>(events[1]).organization);
  CHECK(std::get<OrganizationCreated>(events[3]).details.data->name == "Docks");
  CHECK(std::get<PersonCreated>(events[0]).person == new_person(1));
  CHECK(std::get<PersonCreated>(events[2]).person == new_person(3));
}

TEST_CASE("an id of an organization that a row before created is known", "[commands]") {
  auto scenario = given(acme());
  const auto id = new_organization(1).to_string();
  scenario
      .when(rows({{kOrganization, R"({"name":"Mills"})"}, {kPerson, R"({"name":"A","organization":")" + id + "\"}"}}))
      .shows(imported(1, 1, 0));
}

TEST_CASE("references are found by name as by id", "[commands]") {
  struct Case {
    std::string fields;
    std::optional<OrganizationId> organization;
    std::optional<UserId> owner;
  };
  const std::vector<Case> cases = {
      {R"("organization":"Engines")", organization_id(1), std::nullopt},
      {R"("organization":")" + organization_id(1).to_string() + '"', organization_id(1), std::nullopt},
      {R"("owner":"paula")", std::nullopt, UserId{7}},
      {R"("owner":" TESS@acme.example ")", std::nullopt, UserId{2}},
      {R"("owner":"7")", std::nullopt, UserId{7}},
      {R"("owner":7,"organization":"Engines")", organization_id(1), UserId{7}},
      {R"("owner":"","organization":null)", std::nullopt, std::nullopt},
  };
  for (const auto& each : cases) {
    INFO(each.fields);
    const auto events = events_of(given(with_ada()).when(rows({{kPerson, R"({"name":"A",)" + each.fields + "}"}})));
    REQUIRE(events.size() == 1);
    CHECK(std::get<PersonCreated>(events[0]).organization == each.organization);
    CHECK(std::get<PersonCreated>(events[0]).owner == each.owner);
  }
  const auto events = events_of(given(acme()).when(rows({{kOrganization, R"({"name":"A","owner":"paula"})"}})));
  REQUIRE(events.size() == 1);
  CHECK(std::get<OrganizationCreated>(events[0]).owner == UserId{7});
}

TEST_CASE("a row that is refused says why in the words of the single command, and keeps none from being created",
          "[commands]") {
  const std::string stranger = organization_id(8).to_string();
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({})", R"({"name":["This field is required."]})"},
      {R"({"name":"A","owner":"nobody"})", R"({"owner":["Invalid pk \"nobody\" - object does not exist."]})"},
      {R"({"name":"A","owner":99})", R"({"owner":["Invalid pk \"99\" - object does not exist."]})"},
      {R"({"name":"A","organization":"Docks","owner":"nobody","lifecycle_stage":"hot"})",
       R"({"organization":["Invalid pk \"Docks\" - object does not exist."],"owner":["Invalid pk \"nobody\" - object does not exist."],"lifecycle_stage":["\"hot\" is not a valid choice."]})"},
      {R"({"name":"A","organization":")" + stranger + "\"}",
       R"({"organization":["Invalid pk \")" + stranger + R"(\" - object does not exist."]})"},
  };
  for (const auto& [row, errors] : cases) {
    INFO(row);
    auto scenario = given(with_ada());
    scenario.when(rows({{kPerson, R"({"name":"Before"})"}, {kPerson, row}, {kPerson, R"({"name":"Behind"})"}}));
    CHECK(rejected(scenario) == std::vector<std::string>{"2: " + errors});
    CHECK(events_of(scenario).size() == 2);
  }
  auto scenario = given(acme());
  ImportRecords unreadable;
  unreadable.rows.push_back(ImportRow::unreadable(kOrganization, {"non_field_errors", {"No."}}, 12));
  unreadable.rows.push_back(ImportRow::unreadable(kPerson, {"non_field_errors", {"No no."}}, 13));
  scenario.when(unreadable).then_nothing();
  CHECK(rejected(scenario) ==
        std::vector<std::string>{R"(12: {"non_field_errors":["No."]})", R"(13: {"non_field_errors":["No no."]})"});
}

TEST_CASE("names in fields of their own go before ids", "[commands]") {
  const auto events = events_of(
      given(with_ada())
          .when(
              rows({{kPerson, R"({"name":"A","organization":")" + organization_id(8).to_string() +
                                  R"(","organization_name":"Engines","owner":99,"owner_username":"paula"})"},
                    {kPerson, R"({"name":"B","organization":"Engines","organization_name":"","owner_username":null})"},
                    {kOrganization, R"({"name":"C","owner_username":"paula"})"}})));
  REQUIRE(events.size() == 3);
  CHECK(std::get<PersonCreated>(events[0]).organization == organization_id(1));
  CHECK(std::get<PersonCreated>(events[0]).owner == UserId{7});
  CHECK(std::get<PersonCreated>(events[1]).organization == organization_id(1));
  CHECK(std::get<PersonCreated>(events[1]).owner == std::nullopt);
  CHECK(std::get<OrganizationCreated>(events[2]).owner == UserId{7});
  auto scenario = given(with_ada());
  scenario.when(rows({{kPerson, R"({"name":"A","organization_name":")" + organization_id(1).to_string() + "\"}"}}));
  CHECK(rejected(scenario).size() == 1);
}

TEST_CASE("an upsert updates the fields that are given, as the single update does", "[commands]") {
  const std::string row =
      R"({"name":"Ada L.","unique_id":"u-1","job_title":"Countess","organization":"Engines","owner":"paula"})";
  auto single = UpdatePerson::from(person_id(1),
                                   json(R"({"name":"Ada L.","job_title":"Countess","organization":")" +
                                        organization_id(1).to_string() + R"(","owner":7})"),
                                   Write::patch);
  const auto updated = events_of(given(with_ada()).when(single));
  REQUIRE(updated.size() == 1);
  given(with_ada()).when(upsert({{kPerson, row}})).then(updated).shows(upserted(0, 1, 0));
  given(with_ada()).when(upsert({{kPerson, R"({"unique_id":"u-1"})"}})).then_nothing().shows(upserted(0, 0, 1));
  given(with_ada())
      .when(upsert({{kPerson, R"({"unique_id":"u-1","name":"Ada","owner":null})"}}))
      .then_nothing()
      .shows(upserted(0, 0, 1));
  auto looms = given(with_ada());
  looms.when(upsert({{kOrganization, R"({"name":"Engines","address":{"city":"Leeds"}})"},
                     {kOrganization, R"({"name":"Engines","owner":"paula"})"},
                     {kOrganization, R"({"name":"Engines"})"}}));
  looms.shows(RecordsImported{.updated = 2, .unchanged = 1, .rejected = {}});
  CHECK(std::get<OrganizationUpdated>(events_of(looms)[0]).details->data->address == JsonText{R"({"city":"Leeds"})"});
  CHECK(std::get<OrganizationUpdated>(events_of(looms)[1]).owner == std::optional(std::optional(UserId{7})));
}

TEST_CASE("a row of an upsert sees what those before it left", "[commands]") {
  auto scenario = given(acme());
  scenario.when(upsert({{kPerson, R"({"name":"A","unique_id":"u-5","job_title":"Smith"})"},
                        {kPerson, R"({"name":"B","unique_id":"u-5"})"},
                        {kPerson, R"({"name":"B","unique_id":"u-5","job_title":"Smith"})"},
                        {kOrganization, R"({"name":"Mills"})"},
                        {kOrganization, R"({"name":"Mills","metadata":{"k":1}})"},
                        {kPerson, R"({"name":"C","unique_id":"u-6","organization":"Mills"})"}}));
  scenario.shows(RecordsImported{.persons = 2, .organizations = 1, .updated = 2, .unchanged = 1, .rejected = {}});
  const auto events = events_of(scenario);
  REQUIRE(events.size() == 5);
  const auto& change = std::get<PersonUpdated>(events[1]);
  CHECK(change.person == std::get<PersonCreated>(events[0]).person);
  CHECK(change.details->data == with(&PersonDetailsChange::name, "B"));
}

TEST_CASE("a row of an upsert is refused as the single commands refuse it", "[commands]") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"name":"A"})", R"({"unique_id":["This field is required."]})"},
      {R"({"name":"A","unique_id":" "})", R"({"unique_id":["This field is required."]})"},
      {R"([])", R"({"non_field_errors":["Invalid data. Expected a dictionary, but got list."]})"},
      {R"({"unique_id":"u-9"})", R"({"name":["This field is required."]})"},
      {R"({"unique_id":"u-1","name":""})", R"({"name":["This field may not be blank."]})"},
      {R"({"unique_id":"u-1","owner":"nobody"})", R"({"owner":["Invalid pk \"nobody\" - object does not exist."]})"},
  };
  for (const auto& [row, errors] : cases) {
    INFO(row);
    auto scenario = given(with_ada());
    scenario.when(upsert({{kPerson, row}})).then_nothing();
    CHECK(rejected(scenario) == std::vector<std::string>{"1: " + errors});
  }
}

TEST_CASE("an owner by name must be an active member", "[commands]") {
  auto leaver = member(9, "leaver@example.org");
  leaver.active = false;
  const auto events = acme() + std::vector<Event>{user(9, "leaver", "leaver@example.org"), leaver,
                                                  user(10, "outsider", "outsider@example.org")};
  for (const std::string name : {"leaver", "leaver@example.org", "outsider"}) {
    INFO(name);
    auto scenario = given(events);
    scenario.when(rows({{kPerson, R"({"name":"A","owner":")" + name + "\"}"}})).then_nothing();
    CHECK(rejected(scenario).size() == 1);
  }
}

TEST_CASE("kinds of records go by several names", "[commands]") {
  CHECK(record_kind_named(" Person ") == kPerson);
  CHECK(record_kind_named("PERSONS") == kPerson);
  CHECK(record_kind_named("organization") == kOrganization);
  CHECK(record_kind_named("Organizations") == kOrganization);
  CHECK(record_kind_named("people") == std::nullopt);
  CHECK(record_kind_named("") == std::nullopt);
}

}  // namespace annals::test::import_records_test
