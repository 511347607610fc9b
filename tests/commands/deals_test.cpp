#include "commands/person/relations.hpp"
#include "scenario.hpp"

namespace annals::test::deals_test {
namespace {

using CreateDeal = CreateRecord<Deal>;
using UpdateDeal = UpdateRecord<Deal>;

/// Ada of organization 1 and Bea of none, the pipeline 1 of six stages, and a second pipeline of one stage (7).
std::vector<Event> selling() {
  auto ada = person(1, "Ada");
  ada.organization = organization_id(1);
  return acme() + seeded_sales(kAcmeSlot) +
         std::vector<Event>{
             organization(1, "Engines Ltd"),
             organization(2, "Looms Ltd"),
             ada,
             person(2, "Bea"),
             PipelineCreated{
                 PipelineId{2}, {false, 14}, {}, {kAcmeSlot, PipelineCreated::Texts{"Leasing", "leasing", {"{}"}}}},
             StageCreated{StageId{7},
                          {PipelineId{2}, 40, 0, false, false},
                          {},
                          {kAcmeSlot, StageCreated::Texts{"Talks", "talks", {"{}"}}}}};
}

std::string named(unsigned person, std::string_view more = "") {
  return R"({"title":" Loom ","person":")" + person_id(person).to_string() + '"' + std::string(more) + '}';
}
CreateDeal create(unsigned person, std::string_view more = "") {
  return CreateDeal::from(json(named(person, more)));
}
UpdateDeal patch(std::string_view body) {
  return UpdateDeal::from(DealId{1}, json(body), Write::patch);
}

DealCreated loom(unsigned person) {
  DealCreated deal;
  deal.id = DealId{1};
  deal.plain.person = person_id(person);
  deal.plain.pipeline = PipelineId{1};
  deal.plain.stage = StageId{1};
  deal.plain.stage_since = kNow;
  deal.plain.owner = UserId{7};
  deal.texts = {SlotId{1001}, DealCreated::Texts{"Loom", "", "", {"{}"}}};
  return deal;
}
DealStageChanged moved(unsigned from, unsigned to, DealStatus status = DealStatus::open, Timestamp at = kNow) {
  return {DealId{1}, StageId{from}, StageId{to}, status, status == DealStatus::open ? std::nullopt : std::optional(at),
          at};
}
DealUpdated lost_because(std::string_view reason) {
  DealUpdated updated;
  updated.id = DealId{1};
  DealUpdated::Texts texts;
  texts.lost_reason = reason;
  updated.texts = {SlotId{1001}, std::move(texts)};
  return updated;
}

/// Only events of deals: a move also writes a note.
std::vector<Event> of_deals(const Scenario& scenario) {
  std::vector<Event> events;
  for (const auto& event : scenario.decided()->value().events) {
    if (stream_of(event).starts_with("deal-")) events.push_back(event);
  }
  return events;
}

TEST_CASE("a deal begins in the first stage of the default pipeline, its caller's", "[commands]") {
  given(selling()).when(create(2)).then({loom(2)}).shows(RecordShown{"deal", 1, true});
}

TEST_CASE("a deal takes all that a request says", "[commands]") {
  auto deal = loom(2);
  deal.plain.organization = organization_id(2);
  deal.plain.pipeline = PipelineId{2};
  deal.plain.stage = StageId{7};
  deal.plain.lead_value = Amount{4'800'050};
  deal.plain.currency = *currency_of("EUR");
  deal.plain.expected_close_date = parse_day("2026-09-30");
  deal.plain.source = LeadSourceId{3};
  deal.plain.owner = UserId{2};
  deal.metadata_keys = {metadata_key("tier")};
  deal.texts.data = {"Loom", "Two of them", "No reason yet", {R"({"tier":1})"}};
  given(selling())
      .when(
          create(2, R"(,"description":"Two of them","lead_value":48000.5,"currency":"EUR","lost_reason":"No reason yet",
                         "expected_close_date":"2026-09-30","organization":")" +
                        organization_id(2).to_string() +
                        R"(","pipeline":"2","stage":7,"source":3,"owner":2,"metadata":{"tier":1})"))
      .then({deal});
}

TEST_CASE("a deal belongs to the organization of its person", "[commands]") {
  auto deal = loom(1);
  deal.plain.organization = organization_id(1);
  given(selling()).when(create(1)).then({deal});
  given(selling())
      .when(create(1, R"(,"organization":")" + organization_id(2).to_string() + '"'))
      .then_fields(R"({"organization":["This is not the organization of the person."]})");
  auto scenario = given(selling());
  scenario.when(create(2)).when(patch(R"({"person":")" + person_id(1).to_string() + "\"}"));
  CHECK(scenario.state().kinds().record(DealId{1})->plain.organization == organization_id(1));
}

TEST_CASE("a deal keeps its organization when its person goes to another", "[commands]") {
  auto scenario = given(selling());
  scenario.when(create(1));
  PersonUpdated elsewhere;
  elsewhere.person = person_id(1);
  elsewhere.organization = organization_id(2);
  scenario.given({elsewhere});
  const auto naming = [](unsigned n) { return R"({"organization":")" + organization_id(n).to_string() + '"'; };
  scenario.when(patch(naming(1) + "}")).then_nothing();
  scenario.when(patch(naming(1) + R"(,"title":"Looms"})")).shows(RecordShown{"deal", 1, false});
  CHECK(scenario.state().kinds().record(DealId{1})->plain.organization == organization_id(1));
  scenario.when(patch(naming(2) + "}")).shows(RecordShown{"deal", 1, false});
  scenario.when(patch(naming(1) + "}"))
      .then_fields(R"({"organization":["This is not the organization of the person."]})");
}

TEST_CASE("where no pipeline is the default one, a deal begins in the first", "[commands]") {
  PipelineUpdated no_more;
  no_more.id = PipelineId{1};
  no_more.plain.is_default = false;
  given(selling() + std::vector<Event>{no_more}).when(create(2)).then({loom(2)});
}

TEST_CASE("a deal's faults are told all at once, in the schema's order", "[commands]") {
  given(selling())
      .when(CreateDeal::from(json(
          R"({"title":" ","lead_value":"1.234","currency":"XYZ","status":"won","lost_reason":["x"],"closed_at":null,
              "expected_close_date":"30.9.2026","pipeline":9,"stage":2,"source":77,"owner":999})")))
      .then_fields(
          R"({"title":["This field may not be blank."],"lead_value":["Ensure that there are no more than 2 decimal places."],"currency":["\"XYZ\" is not a valid choice."],"status":["This follows the deal's stage: move the deal instead."],"lost_reason":["Not a valid string."],"expected_close_date":["Date has wrong format. Use one of these formats instead: YYYY-MM-DD."],"closed_at":["This follows the deal's stage: move the deal instead."],"person":["This field is required."],"pipeline":["Invalid pk \"9\" - object does not exist."],"source":["Invalid pk \"77\" - object does not exist."],"owner":["Invalid pk \"999\" - object does not exist."]})");
}

TEST_CASE("a deal refers to what is there, and stands in a stage of its pipeline", "[commands]") {
  given(selling()).when(create(9)).then_fields(
      R"({"person":["Invalid pk \"a0000000-0000-4000-8000-000000000009\" - object does not exist."]})");
  given(selling())
      .when(create(2, R"(,"stage":7)"))
      .then_fields(R"({"stage":["Invalid pk \"7\" - object does not exist."]})");
  given(selling())
      .when(create(2, R"(,"stage":-1)"))
      .then_fields(R"({"stage":["Invalid pk \"-1\" - object does not exist."]})");
  given(selling() + std::vector<Event>{StageDeleted{StageId{7}}})
      .when(create(2, R"(,"pipeline":2)"))
      .then_fields(R"({"stage":["The pipeline has no stages."]})");
  given(selling() + std::vector<Event>{PipelineDeleted{PipelineId{1}}, PipelineDeleted{PipelineId{2}}})
      .when(create(2))
      .then_fields(R"({"pipeline":["This field is required: there is no pipeline."]})");
  given(selling() + std::vector<Event>{PersonMerged{person_id(2), person_id(1), true, {}}})
      .when(create(2))
      .then_fields(R"({"person":["This person was merged into a0000000-0000-4000-8000-000000000001."]})");
}

TEST_CASE("amounts are refused in Django REST framework's words", "[commands]") {
  for (const auto& [sent, message] :
       {std::pair{"null", "This field may not be null."},
        {"true", "A valid number is required."},
        {R"("")", "A valid number is required."},
        {R"("12,50")", "A valid number is required."},
        {"1e12", "Ensure that there are no more than 12 digits before the decimal point."},
        {"123456789012345", "Ensure that there are no more than 14 digits in total."}}) {
    INFO(sent);
    given(selling())
        .when(create(2, R"(,"lead_value":)" + std::string(sent)))
        .then_fields(R"({"lead_value":[")" + std::string(message) + "\"]}");
  }
}

TEST_CASE("another stage is a move, in whatever way it is asked for", "[commands]") {
  auto scenario = given(selling() + std::vector<Event>{loom(2)});
  CHECK(of_deals(scenario.when(patch(R"({"stage":3})"))) == std::vector<Event>{moved(1, 3)});
  CHECK(of_deals(scenario.when(MoveDeal::from(DealId{1}, json(R"({"stage_code":"new"})")))) ==
        std::vector<Event>{moved(3, 1)});
  CHECK(of_deals(scenario.when(MoveDeal::from(DealId{1}, json(R"({"stage_id":2})")))) ==
        std::vector<Event>{moved(1, 2)});
  scenario.shows(RecordShown{"deal", 1, false});
  CHECK(of_deals(scenario.when(WinDeal::from(DealId{1}, {}))) == std::vector<Event>{moved(2, 5, DealStatus::won)});
  CHECK(of_deals(scenario.when(LoseDeal::from(DealId{1}, json(R"({"lost_reason":"Too dear"})")))) ==
        std::vector<Event>{lost_because("Too dear"), moved(5, 6, DealStatus::lost)});
  CHECK(of_deals(scenario.when(patch(R"({"stage":1})"))) == std::vector<Event>{moved(6, 1)});
  const auto open = scenario.state().kinds().record(DealId{1});
  CHECK(open->plain.status == DealStatus::open);
  CHECK_FALSE(open->plain.closed_at);
  CHECK(open->texts.lost_reason == "Too dear");
}

TEST_CASE("a move leaves a note: the caller's, done, about the deal and its person", "[commands]") {
  ActivityCreated note;
  note.id = ActivityId{1};
  note.plain.kind = ActivityType::note;
  note.plain.deal = DealId{1};
  note.plain.person = person_id(2);
  note.plain.owner = UserId{2};
  note.plain.is_done = true;
  note.plain.done_at = kNow;
  note.texts = {SlotId{1001}, ActivityCreated::Texts{"Stage changed", "", "New → Won", {"{}"}}};
  given(selling() + std::vector<Event>{loom(2)})
      .by(tenant_admin())
      .when(WinDeal::from(DealId{1}, {}))
      .then({moved(1, 5, DealStatus::won), note})
      .shows(RecordShown{"deal", 1, false});
}

TEST_CASE("a move into the stage where the deal stands is none", "[commands]") {
  const auto there = selling() + std::vector<Event>{loom(2)};
  given(there).when(MoveDeal::from(DealId{1}, json(R"({"stage_id":"1","stage_code":"new"})"))).then_nothing();
  given(there).when(patch(R"({"stage":1,"pipeline":1,"title":"Loom"})")).then_nothing();
  given(there).when(WinDeal::from(DealId{1}, {})).when(WinDeal::from(DealId{1}, {})).then_nothing();
}

TEST_CASE("a deal stays closed since when it was", "[commands]") {
  const auto second_won = StageCreated{
      StageId{8}, {PipelineId{1}, 100, 9, true, false}, {}, {kAcmeSlot, StageCreated::Texts{"Paid", "paid", {"{}"}}}};
  auto scenario = given(selling() + std::vector<Event>{second_won, loom(2)});
  scenario.when(WinDeal::from(DealId{1}, {})).at(kNow + std::chrono::hours(1));
  scenario.when(WinDeal::from(DealId{1}, json(R"({"stage_code":"paid"})")));
  const auto deal = scenario.state().kinds().record(DealId{1});
  CHECK(deal->plain.stage == StageId{8});
  CHECK(deal->plain.closed_at == kNow);
  CHECK(deal->plain.stage_since == kNow + std::chrono::hours(1));
}

TEST_CASE("a deal goes into another pipeline at that one's first stage", "[commands]") {
  DealUpdated into;
  into.id = DealId{1};
  into.plain.pipeline = PipelineId{2};
  auto scenario = given(selling() + std::vector<Event>{loom(2)});
  CHECK(of_deals(scenario.when(patch(R"({"pipeline":2})"))) == std::vector<Event>{into, moved(1, 7)});
  scenario.when(patch(R"({"stage":1})")).then_fields(R"({"stage":["Invalid pk \"1\" - object does not exist."]})");
}

TEST_CASE("a move names a stage of the deal's pipeline", "[commands]") {
  const auto there = selling() + std::vector<Event>{loom(2)};
  const auto refuses = [&](const Command& command, std::string_view fields) {
    INFO(fields);
    given(there).when(command).then_fields(fields);
  };
  refuses(MoveDeal::from(DealId{1}, json("{}")), R"({"stage_id":["This field is required."]})");
  refuses(MoveDeal::from(DealId{1}, json(R"({"stage_id":7})")),
          R"({"stage_id":["Invalid pk \"7\" - object does not exist."]})");
  refuses(MoveDeal::from(DealId{1}, json(R"({"stage_code":"talks"})")),
          R"({"stage_code":["Object with code=talks does not exist."]})");
  refuses(MoveDeal::from(DealId{1}, json(R"({"stage_id":2,"stage_code":"won"})")),
          R"({"stage_code":["This is not the code of the stage in stage_id."]})");
  refuses(MoveDeal::from(DealId{1}, json(R"({"stage_id":7,"stage_code":"won"})")),
          R"({"stage_id":["Invalid pk \"7\" - object does not exist."]})");
  refuses(WinDeal::from(DealId{1}, json(R"({"stage_code":"lost"})")), R"({"stage_code":["This is no won stage."]})");
  refuses(LoseDeal::from(DealId{1}, json("{}")), R"({"lost_reason":["This field is required."]})");
  refuses(LoseDeal::from(DealId{1}, json(R"({"lost_reason":" ","stage_code":"won"})")),
          R"({"lost_reason":["This field may not be blank."]})");
  given(selling() + std::vector<Event>{loom(2), StageDeleted{StageId{5}}})
      .when(WinDeal::from(DealId{1}, {}))
      .then_fields(R"({"stage_code":["The pipeline has no won stage."]})");
  given(there).when(MoveDeal::from(DealId{4}, json("{}"))).then_problem(ProblemCode::not_found);
  given(there)
      .if_match({StreamVersion{5}})
      .when(WinDeal::from(DealId{1}, {}))
      .then_problem(ProblemCode::version_conflict);
}

TEST_CASE("replacing a deal keeps its place and resets what is left out", "[commands]") {
  auto deal = loom(2);
  deal.plain.stage = StageId{3};
  deal.plain.lead_value = Amount{77'00};
  deal.plain.expected_close_date = parse_day("2026-09-30");
  deal.plain.source = LeadSourceId{2};
  DealUpdated replaced;
  replaced.id = DealId{1};
  replaced.plain.lead_value = Amount{};
  replaced.plain.expected_close_date.emplace();
  replaced.plain.source.emplace();
  given(selling() + std::vector<Event>{deal})
      .when(UpdateDeal::from(DealId{1}, json(named(2)), Write::replace))
      .then({replaced});
}

TEST_CASE("what deals refer to is not deleted", "[commands]") {
  const auto there = selling() + std::vector<Event>{loom(2)};
  for (const Command& command : {Command(DeletePerson{person_id(2)}), Command(DeleteRecord<Pipeline>{PipelineId{1}}),
                                 Command(DeleteRecord<Stage>{StageId{1}})}) {
    auto scenario = given(there);
    scenario.when(command).then_problem(ProblemCode::record_in_use);
    CHECK(scenario.decided()->error().protected_by == ProtectedBy{"deals", 1});
    scenario.when(DeleteRecord<Deal>{DealId{1}}).then({DealDeleted{DealId{1}}});
    scenario.when(command).shows(NothingShown{});
  }
  given(there).when(DeleteRecord<LeadSource>{LeadSourceId{1}}).shows(NothingShown{});
  given(there).when(DeleteRecord<Stage>{StageId{2}}).shows(NothingShown{});
}

TEST_CASE("a merge moves deals, and taking it back returns those that are still the primary's", "[commands]") {
  auto second = loom(2);
  second.id = DealId{2};
  auto scenario = given(selling() + std::vector<Event>{loom(2), second});
  const auto ids =
      R"({"primary_id":")" + person_id(1).to_string() + R"(","duplicate_ids":[")" + person_id(2).to_string() + "\"]}";
  scenario.when(MergePersons::from(json(ids))).shows(MergeShown{person_id(1), {person_id(2)}, {{"deals", 2}}});
  CHECK(scenario.state().kinds().referring(Deal{}, person_id(1)) == std::vector{DealId{1}, DealId{2}});
  scenario.when(patch(R"({"person":")" + new_person(1).to_string() + "\"}")).then_problem(ProblemCode::invalid_fields);
  scenario.given({person(3, "Cea")}).when(patch(R"({"person":")" + person_id(3).to_string() + "\"}"));
  scenario.when(UnmergePerson::from(person_id(2), {}))
      .shows(UnmergeShown{person_id(1), person_id(2), {{"deals", 1}}, {{"deals", 1}}});
  CHECK(scenario.state().kinds().referring(Deal{}, person_id(2)) == std::vector{DealId{2}});
}

TEST_CASE("what a merge moved on with its primary goes back in the order in which it came", "[commands]") {
  auto scenario = given(selling() + std::vector<Event>{loom(2), person(3, "Cea")});
  const auto merge = [](unsigned primary, unsigned duplicate) {
    return MergePersons::from(json(R"({"primary_id":")" + person_id(primary).to_string() + R"(","duplicate_ids":[")" +
                                   person_id(duplicate).to_string() + "\"]}"));
  };
  const auto of = [&] { return scenario.state().kinds().record(DealId{1})->plain.person; };
  scenario.when(merge(1, 2)).when(merge(3, 1));
  CHECK(of() == person_id(3));
  scenario.when(UnmergePerson::from(person_id(2), {})).then_problem(ProblemCode::bad_request);
  scenario.when(UnmergePerson::from(person_id(1), {}));
  CHECK(of() == person_id(1));
  scenario.when(UnmergePerson::from(person_id(2), {}));
  CHECK(of() == person_id(2));
}

TEST_CASE("a write of what a deal shows changes nothing, also when that is gone", "[commands]") {
  auto deal = loom(2);
  deal.plain.source = LeadSourceId{2};
  deal.plain.organization = organization_id(2);
  auto scenario = given(selling() + std::vector<Event>{deal});
  scenario.when(DeleteRecord<LeadSource>{LeadSourceId{2}}).when(DeleteOrganization{organization_id(2)});
  scenario.when(patch(R"({"source":null,"organization":null})")).then_nothing();
}

TEST_CASE("an owner who has left stays who it is until another is named", "[commands]") {
  const auto there = selling() + std::vector<Event>{loom(2), left(7)};
  given(there).by(tenant_admin()).when(patch(R"({"owner":7,"title":"Looms"})")).shows(RecordShown{"deal", 1, false});
  given(there).by(tenant_admin()).when(patch(R"({"owner":99})")).then_problem(ProblemCode::invalid_fields);
}

TEST_CASE("erasing a person names its deals, deleted ones and those that a merge moved on", "[commands]") {
  auto second = loom(2);
  second.id = DealId{2};
  second.texts.slot = SlotId{2002};
  auto third = loom(1);
  third.id = DealId{3};
  third.texts.slot = SlotId{2003};
  auto scenario = given(selling() + std::vector<Event>{loom(2), second, third, DealDeleted{DealId{1}}});
  scenario.when(MergePersons::from(json(R"({"primary_id":")" + person_id(1).to_string() + R"(","duplicate_ids":[")" +
                                        person_id(2).to_string() + "\"]}")));
  scenario.when(ErasePerson::from(person_id(2), {}));
  const auto& erased = std::get<PersonErased>(scenario.decided()->value().events.back());
  CHECK(erased.records == std::vector<ErasedRecord>{{"deal", 1, SlotId{1001}}, {"deal", 2, SlotId{2002}}});
  const auto kept = scenario.state().kinds().record(DealId{2});
  CHECK(kept->texts == DealCreated::Texts{});
  CHECK(scenario.state().kinds().record(DealId{3})->texts.title == "Loom");
  scenario.when(MoveDeal::from(DealId{2}, json(R"({"stage_id":4})"))).shows(RecordShown{"deal", 2, false});
}

TEST_CASE("the texts of a deal whose person was erased are written anew under a slot of their own", "[commands]") {
  auto scenario = given(selling() + std::vector<Event>{loom(2)});
  scenario.choices().slots = 50;
  scenario.when(ErasePerson::from(person_id(2), {}));
  CHECK(scenario.state().kinds().record(DealId{1})->erased);
  scenario.when(LoseDeal::from(DealId{1}, json(R"({"lost_reason":"Nobody left"})")));
  DealUpdated anew;
  anew.id = DealId{1};
  anew.texts = {SlotId{1051}, DealUpdated::Texts{"", "", "Nobody left", JsonText{"{}"}}};
  CHECK(of_deals(scenario) == std::vector<Event>{anew, moved(1, 6, DealStatus::lost)});
  const auto lost = scenario.state().kinds().record(DealId{1});
  CHECK_FALSE(lost->erased);
  CHECK(lost->texts == DealCreated::Texts{"", "", "Nobody left", {"{}"}});
  CHECK(lost->slot == SlotId{1051});

  scenario.when(patch(R"({"title":"Again","person":")" + person_id(1).to_string() + "\"}"));
  CHECK(scenario.state().kinds().record(DealId{1})->texts.title == "Again");
  scenario.when(ErasePerson::from(person_id(1), {}));
  const auto& erased = std::get<PersonErased>(scenario.decided()->value().events.back());
  const std::vector<ErasedRecord> with_its_note{{"deal", 1, SlotId{1051}}, {"activity", 1, SlotId{1052}}};
  CHECK(erased.records == with_its_note);
  CHECK(scenario.state().kinds().record(DealId{1})->texts == DealCreated::Texts{});
}

TEST_CASE("what a stage means does not change while deals stand in it", "[commands]") {
  const auto there = selling() + std::vector<Event>{loom(2)};
  const auto change = [](unsigned stage, std::string_view body) {
    return UpdateRecord<Stage>::from(StageId{stage}, json(body), Write::patch);
  };
  auto scenario = given(there);
  scenario.when(change(1, R"({"is_won":true,"name":"Fresh"})")).then_problem(ProblemCode::record_in_use);
  CHECK(scenario.decided()->error().protected_by == ProtectedBy{"deals", 1});
  scenario.when(change(1, R"({"is_won":true,"is_lost":true})")).then_problem(ProblemCode::invalid_fields);
  scenario.when(change(1, R"({"is_won":false,"name":"Fresh","probability":15})")).shows(RecordShown{"stage", 1, false});
  scenario.when(change(2, R"({"is_lost":true})")).shows(RecordShown{"stage", 2, false});
}

}  // namespace
}  // namespace annals::test::deals_test
