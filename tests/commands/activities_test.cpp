#include "scenario.hpp"

namespace annals::test::activities_test {
namespace {

using CreateActivity = CreateRecord<Activity>;
using UpdateActivity = UpdateRecord<Activity>;

Timestamp time_of(std::string_view text) {
  return parse_time(text)->at;
}

std::vector<Event> contacts() {
  return acme() + std::vector<Event>{organization(1, "Engines"), organization(2, "Motors"), person(1, "Ada"),
                                     person(2, "Bea"), person(3, "Cea")};
}

/// A call of paula's (user 7) about Ada.
ActivityCreated call(unsigned id, unsigned about = 1) {
  ActivityCreated created;
  created.id = ActivityId{id};
  created.plain.kind = ActivityType::call;
  created.plain.person = person_id(about);
  created.plain.owner = UserId{7};
  created.texts = {SlotId{700 + id}, ActivityCreated::Texts{"Call", "", "", {"{}"}}};
  return created;
}
ActivityUpdated changed(unsigned id) {
  ActivityUpdated updated;
  updated.id = ActivityId{id};
  return updated;
}
Body about_ada(const std::string& more) {
  return json(R"({"title":"Call","type":"call","person":")" + person_id(1).to_string() + "\"" + more + "}");
}
UpdateActivity patch(unsigned id, std::string_view fields) {
  return UpdateActivity::from(ActivityId{id}, json(fields), Write::patch);
}
Body naming(std::string_view field, const std::string& id) {
  return json(R"({")" + std::string(field) + R"(":")" + id + R"("})");
}

TEST_CASE("an activity is created with what a request leaves out at its default", "[commands]") {
  auto created = call(1);
  created.texts.slot = SlotId{1001};
  given(contacts()).when(CreateActivity::from(about_ada(""))).then({created}).shows(RecordShown{"activity", 1, true});
}

TEST_CASE("an activity keeps all that it is given", "[commands]") {
  ActivityCreated lunch;
  lunch.id = ActivityId{1};
  lunch.plain = {ActivityType::lunch,
                 std::nullopt,
                 person_id(2),
                 organization_id(1),
                 UserId{2},
                 time_of("2026-06-05T12:00:00Z"),
                 time_of("2026-06-05T13:30:00Z"),
                 true,
                 kNow,
                 time_of("2026-06-05T11:45:00Z"),
                 false};
  lunch.metadata_keys = {metadata_key("table")};
  lunch.texts = {SlotId{1001}, ActivityCreated::Texts{"Lunch", "Corner", "Bring the offer", {R"({"table":4})"}}};
  given(contacts())
      .when(CreateActivity::from(json(
          R"({"title":" Lunch ","type":"lunch","location":"Corner","comment":"Bring the offer","person":")" +
          person_id(2).to_string() + R"(","organization":")" + organization_id(1).to_string() +
          R"(","owner":2,"schedule_from":"2026-06-05T12:00:00Z","schedule_to":"2026-06-05T13:30:00Z","is_done":true,)" +
          R"("done_at":"2020-01-01","reminder_sent":true,"reminder_at":"2026-06-05T11:45:00Z","metadata":{"table":4}})")))
      .then({lunch});
}

TEST_CASE("an activity's fields are refused all at once, in the schema's order", "[commands]") {
  const auto stranger = person_id(9).to_string();
  given(contacts())
      .when(CreateActivity::from(json(R"({"owner":77,"schedule_from":"2026-06-05","schedule_to":"2026-06-04",)"
                                      R"("person":")" +
                                      stranger + R"(","organization":"none","type":"party"})")))
      .then_fields(R"({"title":["This field is required."],"type":["\"party\" is not a valid choice."],)"
                   R"("schedule_to":["This may not be before schedule_from."],)"
                   R"("person":["Invalid pk \")" +
                   stranger +
                   R"(\" - object does not exist."],"organization":["Must be a valid UUID."],)"
                   R"("owner":["Invalid pk \"77\" - object does not exist."]})");
  given(contacts())
      .when(CreateActivity::from(json(R"({"title":"Call"})")))
      .then_fields(R"({"type":["This field is required."]})");
}

TEST_CASE("an activity has a parent, always", "[commands]") {
  const auto* none = R"({"non_field_errors":["An activity needs a deal, a person or an organization."]})";
  given(contacts()).when(CreateActivity::from(json(R"({"title":"Call","type":"call"})"))).then_fields(none);
  auto scenario = given(contacts() + std::vector<Event>{call(1)});
  scenario.when(patch(1, R"({"person":""})")).then_fields(none);
  auto moved = changed(1);
  moved.plain.person.emplace();
  moved.plain.organization = std::optional(organization_id(2));
  scenario.when(patch(1, R"({"person":null,"organization":")" + organization_id(2).to_string() + "\"}")).then({moved});
}

TEST_CASE("an activity is not about a person that was merged away, unless it was before", "[commands]") {
  const auto* merged_away = R"({"person":["This person was merged into a0000000-0000-4000-8000-000000000002."]})";
  const auto before = contacts() + std::vector<Event>{merged(1, 2), call(1), call(2, 3)};
  given(before).when(CreateActivity::from(about_ada(""))).then_fields(merged_away);
  given(before).when(patch(2, R"({"person":")" + person_id(1).to_string() + "\"}")).then_fields(merged_away);
  given(before)
      .when(patch(1, R"({"is_done":true,"person":")" + person_id(1).to_string() + "\"}"))
      .shows(RecordShown{"activity", 1, false});
}

DealCreated deal(unsigned id, unsigned of_person) {
  DealCreated created;
  created.id = DealId{id};
  created.plain.person = person_id(of_person);
  created.plain.pipeline = PipelineId{1};
  created.plain.stage = StageId{1};
  created.texts = {SlotId{600 + id}, DealCreated::Texts{"Ten engines", "", "", {"{}"}}};
  return created;
}

TEST_CASE("with a deal and a person, the person is that of the deal", "[commands]") {
  const auto* another = R"({"person":["This is not the person of the deal."]})";
  const auto before = contacts() + std::vector<Event>{deal(1, 1), deal(2, 2), call(1)};
  auto of_deal = changed(1);
  of_deal.plain.deal = std::optional(DealId{1});
  given(before).when(patch(1, R"({"deal":1})")).then({of_deal}).when(patch(1, R"({"deal":2})")).then_fields(another);
  given(before).when(CreateActivity::from(about_ada(R"(,"deal":2)"))).then_fields(another);
  given(before)
      .when(CreateActivity::from(about_ada(R"(,"deal":9)")))
      .then_fields(R"({"deal":["Invalid pk \"9\" - object does not exist."]})");
  given(before)
      .when(CreateActivity::from(json(R"({"title":"Call","type":"call","deal":2})")))
      .shows(RecordShown{"activity", 2, true});
}

TEST_CASE("an activity about a deal and its person follows the deal to another person", "[commands]") {
  auto about_both = call(1);
  about_both.plain.deal = DealId{1};
  auto about_deal = call(2);
  about_deal.plain.person.reset();
  about_deal.plain.deal = DealId{1};
  auto scenario = given(contacts() + std::vector<Event>{deal(1, 1), about_both, about_deal, call(3)});
  scenario.when(UpdateRecord<Deal>::from(DealId{1}, naming("person", person_id(3).to_string()), Write::patch));
  const auto person_of = [&](unsigned id) { return scenario.state().kinds().record(ActivityId{id})->plain.person; };
  CHECK(person_of(1) == person_id(3));
  CHECK(person_of(2) == std::nullopt);
  CHECK(person_of(3) == person_id(1));
}

TEST_CASE("when a merge is taken back, activities about a deal go where the deal goes", "[commands]") {
  auto scenario = given(contacts() + seeded_sales(kAcmeSlot) +
                        std::vector<Event>{deal(1, 1), deal(2, 2), deal(3, 2), call(1, 2), call(2, 2)});
  scenario.when(MergePersons::from(json(R"({"primary_id":")" + person_id(1).to_string() + R"(","duplicate_ids":[")" +
                                        person_id(2).to_string() + R"("]})")));
  for (const unsigned moved : {1, 2, 3}) {  // the notes are 3, 4 and 5
    scenario.when(MoveDeal::from(DealId{moved}, json(R"({"stage_code":"proposal"})")));
  }
  scenario.when(patch(2, R"({"deal":1})"));
  scenario.when(UpdateRecord<Deal>::from(DealId{3}, naming("person", person_id(3).to_string()), Write::patch));
  scenario.when(UnmergePerson::from(person_id(2), {}));
  const auto person_of = [&](unsigned id) { return scenario.state().kinds().record(ActivityId{id})->plain.person; };
  CHECK(person_of(1) == person_id(2));
  CHECK(person_of(2) == person_id(1));
  CHECK(person_of(3) == person_id(1));
  CHECK(person_of(4) == person_id(2));
  CHECK(person_of(5) == person_id(3));
}

TEST_CASE("a deleted deal takes its activities along, whatever else they are about", "[commands]") {
  auto about_both = call(2);
  about_both.plain.deal = DealId{1};
  auto scenario = given(contacts() + std::vector<Event>{deal(1, 1), call(1), about_both});
  scenario.when(DeleteRecord<Deal>{DealId{1}});
  CHECK(scenario.state().kinds().record(ActivityId{1}));
  CHECK_FALSE(scenario.state().kinds().record(ActivityId{2}));
}

TEST_CASE("a new activity is the caller's, if that is a member, unless it says whose", "[commands]") {
  auto by_nobody = call(1);
  by_nobody.texts.slot = SlotId{1001};
  by_nobody.plain.owner.reset();
  given(contacts()).when(CreateActivity::from(about_ada(R"(,"owner":null)"))).then({by_nobody});
  Caller visitor = superuser();
  visitor.user = UserId{33};
  given(contacts()).by(visitor).when(CreateActivity::from(about_ada(""))).then({by_nobody});
}

TEST_CASE("replacing an activity resets what is left out, and makes it the caller's", "[commands]") {
  auto before = call(1);
  before.plain.organization = organization_id(1);
  before.plain.reminder_at = kNow;
  before.texts.data->location = "Corner";
  auto reset = changed(1);
  reset.plain.organization.emplace();
  reset.plain.reminder_at.emplace();
  reset.plain.owner = std::optional(UserId{2});
  ActivityUpdated::Texts nowhere;
  nowhere.location = "";
  reset.texts = {SlotId{701}, nowhere};
  given(contacts() + std::vector<Event>{before})
      .by(tenant_admin())
      .when(UpdateActivity::from(ActivityId{1}, about_ada(""), Write::replace))
      .then({reset});
}

TEST_CASE("being done is stamped when it begins, and cleared with it", "[commands]") {
  auto done = changed(1);
  done.plain.is_done = true;
  done.plain.done_at = std::optional(kNow);
  auto open = changed(1);
  open.plain.is_done = false;
  open.plain.done_at.emplace();
  auto scenario = given(contacts() + std::vector<Event>{call(1)});
  scenario.when(patch(1, R"({"is_done":true})")).then({done});
  scenario.at(kNow + std::chrono::hours(1)).when(patch(1, R"({"is_done":true})")).then_nothing();
  scenario.when(CompleteActivity{ActivityId{1}}).then_nothing().shows(RecordShown{"activity", 1, false});
  scenario.when(patch(1, R"({"is_done":false})")).then({open});
  done.plain.done_at = std::optional(kNow + std::chrono::hours(1));
  scenario.when(CompleteActivity{ActivityId{1}}).then({done});
}

TEST_CASE("what is not there, or of another version, is not done", "[commands]") {
  given(contacts()).when(CompleteActivity{ActivityId{4}}).then_problem(ProblemCode::not_found);
  given(contacts() + std::vector<Event>{call(1)})
      .if_match({StreamVersion{3}})
      .when(CompleteActivity{ActivityId{1}})
      .then_problem(ProblemCode::version_conflict);
}

TEST_CASE("an activity goes with the last of its parents", "[commands]") {
  auto meeting = call(2);
  meeting.plain.organization = organization_id(1);
  auto scenario = given(contacts() + std::vector<Event>{call(1), meeting, call(3, 2)});
  scenario.when(DeletePerson{person_id(1)});
  CHECK_FALSE(scenario.state().kinds().record(ActivityId{1}));
  const auto left = scenario.state().kinds().record(ActivityId{2});
  REQUIRE(left);
  CHECK_FALSE(left->plain.person);
  CHECK(left->plain.organization == organization_id(1));
  CHECK(left->version == StreamVersion{1});
  CHECK(scenario.state().kinds().record(ActivityId{3}));
  scenario.when(DeleteOrganization{organization_id(1)});
  CHECK_FALSE(scenario.state().kinds().record(ActivityId{2}));
  scenario.when(patch(2, R"({"title":"Gone"})")).then_problem(ProblemCode::not_found);
}

TEST_CASE("erasing a person takes the texts of activities about its deals, whatever else they are about",
          "[commands]") {
  auto about_deal = call(1);
  about_deal.plain.person.reset();
  about_deal.plain.deal = DealId{1};
  about_deal.plain.reminder_at = kNow;
  auto gone = call(2);
  gone.plain.person.reset();
  gone.plain.deal = DealId{1};
  auto scenario = given(contacts() + std::vector<Event>{deal(1, 1), about_deal, gone, ActivityDeleted{ActivityId{2}}});
  scenario.when(ErasePerson::from(person_id(1), {}));
  const auto& erased = std::get<PersonErased>(scenario.decided()->value().events.back());
  CHECK(erased.records == std::vector<ErasedRecord>{
                              {"deal", 1, SlotId{601}}, {"activity", 1, SlotId{701}}, {"activity", 2, SlotId{702}}});
  CHECK(scenario.state().kinds().record(ActivityId{1})->erased);
  scenario.when(SendReminders{}).then_nothing();
}

TEST_CASE("an erased person's activities go as a deleted one's do", "[commands]") {
  auto scenario = given(contacts() + std::vector<Event>{call(1)});
  scenario.when(ErasePerson::from(person_id(1), {}));
  CHECK_FALSE(scenario.state().kinds().record(ActivityId{1}));
}

TEST_CASE("reminders are due at their time, earliest first, unless there is nothing to remind of", "[commands]") {
  const auto at = [](unsigned id, int minutes) {
    auto activity = call(id);
    activity.plain.reminder_at = kNow + std::chrono::minutes(minutes);
    return activity;
  };
  auto done = at(4, -5);
  done.plain.is_done = true;
  auto nobodys = at(5, -5);
  nobodys.plain.owner.reset();
  const auto sent = [](unsigned id) {
    auto updated = changed(id);
    updated.plain.reminder_sent = true;
    return updated;
  };
  auto scenario = given(contacts() + std::vector<Event>{at(1, 0), at(2, -3), at(3, 1), done, nobodys, call(6)});
  scenario.when(SendReminders{1}).then({sent(2)}).shows(NothingShown{});
  scenario.when(SendReminders{}).then({sent(1)});
  scenario.when(SendReminders{}).then_nothing();
  scenario.at(kNow + std::chrono::minutes(1));
  scenario.when(patch(3, R"({"reminder_at":null})")).when(SendReminders{}).then_nothing();
  scenario.when(patch(4, R"({"is_done":false})")).when(SendReminders{}).then({sent(4)});
  scenario.when(patch(5, R"({"owner":2})")).when(SendReminders{}).then({sent(5)});
}

TEST_CASE("a reminder for another time is sent again", "[commands]") {
  auto reminded = call(1);
  reminded.plain.reminder_at = kNow;
  reminded.plain.reminder_sent = true;
  auto later = changed(1);
  later.plain.reminder_at = std::optional(time_of("2026-07-01T08:00:00Z"));
  later.plain.reminder_sent = false;
  auto scenario = given(contacts() + std::vector<Event>{reminded});
  scenario.when(patch(1, R"({"title":"Call","reminder_at":"2026-06-04T14:22:11.482913Z"})")).then_nothing();
  scenario.when(patch(1, R"({"reminder_at":"2026-07-01T08:00:00Z"})")).then({later});
  CHECK(scenario.state().kinds().due(Activity{}, time_of("2026-07-01T08:00:00Z"), 9) == std::vector{ActivityId{1}});
  scenario.when(DeleteRecord<Activity>{ActivityId{1}});
  CHECK(scenario.state().kinds().due(Activity{}, time_of("2027-01-01"), 9).empty());
}

TEST_CASE("activities follow a person that is merged, and go back with it unless they were moved on", "[commands]") {
  const auto person_of = [](const Scenario& scenario, unsigned id) {
    return scenario.state().kinds().record(ActivityId{id})->plain.person;
  };
  auto scenario = given(contacts() + std::vector<Event>{call(1, 1), call(2, 2), call(3, 2), call(4, 2)});
  scenario.when(MergePersons::from(json(R"({"primary_id":")" + person_id(1).to_string() + R"(","duplicate_ids":[")" +
                                        person_id(2).to_string() + R"("]})")));
  scenario.shows(MergeShown{person_id(1), {person_id(2)}, {{"activities", 3}}});
  for (const unsigned id : {1, 2, 3, 4}) CHECK(person_of(scenario, id) == person_id(1));
  CHECK(scenario.state().kinds().record(ActivityId{2})->version == StreamVersion{1});
  scenario.when(UpdateActivity::from(ActivityId{3}, naming("person", person_id(3).to_string()), Write::patch));
  scenario.when(DeleteRecord<Activity>{ActivityId{4}});
  scenario.when(UnmergePerson::from(person_id(2), {}));
  scenario.shows(UnmergeShown{person_id(1), person_id(2), {{"activities", 1}}, {{"activities", 3}}});
  CHECK(person_of(scenario, 1) == person_id(1));
  CHECK(person_of(scenario, 2) == person_id(2));
  CHECK(person_of(scenario, 3) == person_id(3));
}

}  // namespace
}  // namespace annals::test::activities_test
