#include "core/json.hpp"

#include <catch2/catch.hpp>

#include "events/commit.hpp"
#include "events/enums.hpp"
#include "events/fill.hpp"

namespace annals::test::json_test {
namespace {

const PersonId kAda(*Uuid::parse("5e83a8cd-f217-4c61-86ab-d0f51a3f6489"));
const OrganizationId kMills(*Uuid::parse("f81d4267-8cb1-46fb-a045-6a8fb4d9fe23"));

PersonCreated ada() {
  PersonDetails details;
  details.name = "Ada \"Countess\" Lovelace";
  details.primary_email = "ada@example.org";
  details.emails = {R"([{"email":"ada@example.org"}])"};
  details.metadata = {R"({"b":1.50,"a":null})"};
  details.job_title = "Analyst";
  details.unique_id = "u-1";
  return {kAda,
          LifecycleStage::customer,
          UserId{7},
          kMills,
          {Digest128{0x0a, 0x0b}, Digest128{0x0c}},
          {SlotId{41}, details}};
}

Commit commit_of(Event event) {
  Commit commit;
  commit.header.frame = {PlatformId{3}, Position{17}, 1, {}};
  commit.header.correlation = CorrelationId(*Uuid::parse("0f34597e-a3c8-4d12-b75c-81a6cbf0153a"));
  commit.header.causation = EventId(*Uuid::parse("698eb3d8-fd22-476c-91b6-db00254a6f94"));
  commit.header.actor = {UserId{5}, PlatformId{1}, KeyId{9}};
  const EventId id(*Uuid::parse("7fa4c9ee-1338-4d82-a7cc-f1163b6085aa"));
  auto stream = stream_of(event);
  commit.events.push_back({id, stream, StreamVersion{2}, from_micros(1780582931482913), 1, std::move(event)});
  return commit;
}

}  // namespace

TEST_CASE("an event's data shows plain and personal fields together", "[events][json]") {
  CHECK(
      data_json(ada()) ==
      R"({"person":"5e83a8cd-f217-4c61-86ab-d0f51a3f6489","lifecycle_stage":"customer","owner":7,)"
      R"("organization":"f81d4267-8cb1-46fb-a045-6a8fb4d9fe23",)"
      R"("metadata_keys":["0a0b0000000000000000000000000000","0c000000000000000000000000000000"],)"
      R"("name":"Ada \"Countess\" Lovelace","primary_email":"ada@example.org","emails":[{"email":"ada@example.org"}],)"
      R"("contact_numbers":[],"job_title":"Analyst","unique_id":"u-1","metadata":{"b":1.50,"a":null}})");
}

TEST_CASE("personal fields are null once their key is erased", "[events][json]") {
  auto event = ada();
  event.owner.reset();
  event.details.data.reset();
  CHECK(data_json(event) ==
        R"({"person":"5e83a8cd-f217-4c61-86ab-d0f51a3f6489","lifecycle_stage":"customer",)"
        R"("organization":"f81d4267-8cb1-46fb-a045-6a8fb4d9fe23",)"
        R"("metadata_keys":["0a0b0000000000000000000000000000","0c000000000000000000000000000000"],)"
        R"("name":null,"primary_email":null,"emails":null,"contact_numbers":null,"job_title":null,"unique_id":null,)"
        R"("metadata":null,"erased":true})");
}

TEST_CASE("a change shows what changed and nothing else", "[events][json]") {
  PersonUpdated event{kAda, {}, {}, {}, {}, {}};
  CHECK(data_json(event) == R"({"person":"5e83a8cd-f217-4c61-86ab-d0f51a3f6489"})");
  event.owner.emplace(std::nullopt);
  event.details = Sealed<PersonDetailsChange>{SlotId{41}, PersonDetailsChange{}};
  event.details->data->primary_email.emplace(std::nullopt);
  event.details->data->job_title = "";
  CHECK(data_json(event) == R"({"person":"5e83a8cd-f217-4c61-86ab-d0f51a3f6489","owner":null,)"
                            R"("primary_email":null,"job_title":""})");
  event.details->data.reset();
  CHECK(data_json(event) == R"({"person":"5e83a8cd-f217-4c61-86ab-d0f51a3f6489","owner":null,"name":null,)"
                            R"("primary_email":null,"emails":null,"contact_numbers":null,"job_title":null,)"
                            R"("unique_id":null,"metadata":null,"erased":true})");
}

TEST_CASE("lists of records show as lists of objects", "[events][json]") {
  const PersonMerged event{kAda, PersonId(kMills), true, {{"deals", {4, 5}, {}}, {"tags", {}, {6}}}};
  CHECK(data_json(event) ==
        R"({"person":"5e83a8cd-f217-4c61-86ab-d0f51a3f6489","into":"f81d4267-8cb1-46fb-a045-6a8fb4d9fe23",)"
        R"("was_active":true,"relations":[{"relation":"deals","moved":[4,5],"dropped":[]},)"
        R"({"relation":"tags","moved":[],"dropped":[6]}]})");
}

TEST_CASE("an event shows with its envelope in the feed's order", "[events][json]") {
  const auto commit = commit_of(PersonLinked{kAda, UserId{12}, true});
  Digest hash{};
  hash[0] = 0xab;
  CHECK(event_json(commit, 0, hash, {"main", "grace"}) ==
        R"({"position":17,"platform":3,"platform_key":"main","stream":"person-5e83a8cd-f217-4c61-86ab-d0f51a3f6489",)"
        R"("version":2,"type":"PersonLinked","schema":1,"id":"7fa4c9ee-1338-4d82-a7cc-f1163b6085aa",)"
        R"("recorded_at":"2026-06-04T14:22:11.482913Z","actor":{"user":5,"username":"grace","key":9},)"
        R"("correlation_id":"0f34597e-a3c8-4d12-b75c-81a6cbf0153a",)"
        R"("causation_id":"698eb3d8-fd22-476c-91b6-db00254a6f94",)"
        R"("data":{"person":"5e83a8cd-f217-4c61-86ab-d0f51a3f6489","user":12,"automatic":true},)"
        R"("hash":"ab00000000000000000000000000000000000000000000000000000000000000"})");
}

TEST_CASE("the server itself has no user, no name and no key", "[events][json]") {
  auto commit = commit_of(InvitationExpired{InvitationId{8}});
  commit.header.actor = {};
  commit.header.causation.reset();
  const auto json = event_json(commit, 0, Digest{}, {"main", std::nullopt});
  CHECK_THAT(json, Catch::Contains(R"("actor":{"user":null,"username":null,"key":null},)"));
  CHECK_THAT(json, Catch::Contains(R"("causation_id":null,)"));
  CHECK(event_json(commit, 0, Digest{}, {"main", "nobody"}) == json);
}

TEST_CASE("a user whose name is not known, without a key", "[events][json]") {
  auto commit = commit_of(InvitationExpired{InvitationId{8}});
  commit.header.actor = {UserId{5}, PlatformId{}, KeyId{}};
  CHECK_THAT(event_json(commit, 0, Digest{}, {"main", std::nullopt}),
             Catch::Contains(R"("actor":{"user":5,"username":null,"key":null},)"));
}

TEST_CASE("every event's data is valid JSON, erased or not", "[events][json]") {
  for_each_event_type([]<class E>() {
    INFO(E::type);
    CountingSource source;
    Fill fill(source);
    E event;
    E::fields(event, fill);
    const auto json = data_json(event);
    const auto parsed = parse_json(json);
    REQUIRE(parsed.has_value());
    CHECK(parsed->text == json);
    const E bare{};
    CHECK(parse_json(data_json(bare)).has_value());
  });
}

TEST_CASE("stages and sources have names, and the names have values", "[events]") {
  const auto [name, stage] = GENERATE(table<std::string, LifecycleStage>({{"lead", LifecycleStage::lead},
                                                                          {"qualified", LifecycleStage::qualified},
                                                                          {"opportunity", LifecycleStage::opportunity},
                                                                          {"customer", LifecycleStage::customer},
                                                                          {"churned", LifecycleStage::churned}}));
  CHECK(name_of(stage) == name);
  CHECK(lifecycle_stage_named(name) == stage);
}

TEST_CASE("a name that is none has no value", "[events]") {
  for (const auto name : {"", "Lead", "lead ", "lea", "won"}) CHECK_FALSE(lifecycle_stage_named(name).has_value());
  CHECK(name_of(InvitationSource::person) == "person");
  CHECK(name_of(InvitationSource::platform) == "platform");
  CHECK(enum_of_byte<InvitationSource>(1) == InvitationSource::platform);
  CHECK_FALSE(enum_of_byte<InvitationSource>(2).has_value());
}

TEST_CASE("every event names its stream from its own ids", "[events]") {
  const UserId user{71};
  CHECK(stream_of(PlatformRegistered{PlatformId{72}, {}}) == "platform-72");
  CHECK(stream_of(PlatformOpened{}) == "platform");
  CHECK(stream_of(UserCreated{user, false, {}}) == "user-71");
  CHECK(stream_of(MemberAdded{user, false, false, true, {}, {}}) == "membership-71");
  CHECK(stream_of(MemberChanged{user, {}, {}, {}, {}}) == "membership-71");
  CHECK(stream_of(ApiKeyIssued{KeyId{73}, user, {}, false, {}, {}, {}}) == "key-73");
  CHECK(stream_of(ApiKeyRevoked{KeyId{73}}) == "key-73");
  CHECK(stream_of(RoleCreated{RoleId{74}, false, {}}) == "role-74");
  CHECK(stream_of(RoleUpdated{RoleId{74}, {}}) == "role-74");
  CHECK(stream_of(RoleDeleted{RoleId{74}}) == "role-74");
  CHECK(stream_of(PolicyCreated{PolicyId{75}, RoleId{74}, {}, {}}) == "policy-75");
  CHECK(stream_of(PolicyUpdated{PolicyId{75}, RoleId{74}, {}, {}, {}}) == "policy-75");
  CHECK(stream_of(PolicyDeleted{PolicyId{75}}) == "policy-75");
  const auto mills = "organization-f81d4267-8cb1-46fb-a045-6a8fb4d9fe23";
  CHECK(stream_of(OrganizationCreated{kMills, {}, {}, {}}) == mills);
  CHECK(stream_of(OrganizationUpdated{kMills, {}, {}, {}}) == mills);
  CHECK(stream_of(OrganizationDeleted{kMills}) == mills);
  const auto person = "person-5e83a8cd-f217-4c61-86ab-d0f51a3f6489";
  CHECK(stream_of(ada()) == person);
  CHECK(stream_of(PersonUpdated{kAda, {}, {}, {}, {}, {}}) == person);
  CHECK(stream_of(PersonDeleted{kAda}) == person);
  CHECK(stream_of(PersonLinked{kAda, user, false}) == person);
  CHECK(stream_of(PersonMerged{kAda, PersonId(kMills), true, {}}) == person);
  CHECK(stream_of(PersonAbsorbed{kAda, {PersonId(kMills)}, {}}) == person);
  CHECK(stream_of(InvitationIssued{InvitationId{76}, InvitationSource::person, kAda, false, false, {}, {}}) ==
        "invitation-76");
  CHECK(stream_of(InvitationRevoked{InvitationId{76}}) == "invitation-76");
  CHECK(stream_of(InvitationExpired{InvitationId{76}}) == "invitation-76");
  CHECK(stream_of(NotificationsChanged{}) == "platform");
  CHECK(stream_of(WebhookCreated{WebhookId{77}, true, {}}) == "webhook-77");
  CHECK(stream_of(WebhookUpdated{WebhookId{77}, {}, {}}) == "webhook-77");
  CHECK(stream_of(WebhookDeleted{WebhookId{77}}) == "webhook-77");
  CHECK(type_of(InvitationExpired{}) == "InvitationExpired");
  CHECK(type_of(ada()) == "PersonCreated");
}

TEST_CASE("a secret is stored and never shown", "[events]") {
  const WebhookDetails details{"https://hooks.example/in", "Billing", {"PersonCreated"}, {"whsec_of the hook"}};
  const Event created = WebhookCreated{WebhookId{78}, true, {SlotId{1}, details}};
  CHECK(data_json(created) == R"({"webhook":78,"active":true,"url":"https://hooks.example/in",)"
                              R"("description":"Billing","event_types":["PersonCreated"],)"
                              R"json("secret":"(hidden)"})json");
  WebhookDetailsChange change;
  change.secret = SecretText{"whsec_another"};
  CHECK(data_json(WebhookUpdated{WebhookId{78}, {}, Sealed<WebhookDetailsChange>{SlotId{1}, change}}) ==
        R"json({"webhook":78,"secret":"(hidden)"})json");
}

}  // namespace annals::test::json_test
