#include "projections/person_directory.hpp"

#include <catch2/catch.hpp>

#include "core/json.hpp"
#include "projections/world.hpp"

namespace annals::person_directory_test {
using namespace annals::test;

namespace {

PersonDetails full_details() {
  return {"Grace \"Amazing\" Hopper",          "Grace@Navy.example", JsonText{R"(["second@navy.example",1e3])"},
          JsonText{R"({"home":"+1 \u0031"})"}, "Rear Admiral",       "ext-77",
          JsonText{R"({"b":1,"a":null})"}};
}

PersonCreated full_person() {
  auto event = created_person(1, full_details());
  event.lifecycle_stage = LifecycleStage::opportunity;
  event.owner = UserId{11};
  event.organization = organization_id(5);
  event.metadata_keys = {Digest128{1}, Digest128{2}};
  return event;
}

std::string without_times(std::string json) {
  return json.substr(0, json.find(",\"created_at\""));
}

}  // namespace

TEST_CASE("a person is sent exactly as the API writes it", "[projections]") {
  World world;
  world.commit({created_organization(5, "US Navy")});
  world.commit({full_person()});
  CHECK(
      world.person_json(1) ==
      R"({"id":"a1000000-0000-0000-0000-000000000001","platform":7,"name":"Grace \"Amazing\" Hopper",)"
      R"("primary_email":"Grace@Navy.example","emails":["second@navy.example",1e3],)"
      R"("contact_numbers":{"home":"+1 \u0031"},"job_title":"Rear Admiral",)"
      R"("organization":"b2000000-0000-0000-0000-000000000005","organization_name":"US Navy","owner":11,"platform_user":null,)"
      R"("lifecycle_stage":"opportunity","unique_id":"ext-77","active":true,"tags":[],"metadata":{"b":1,"a":null},)"
      R"("created_at":"2026-06-04T14:22:12.000001Z","updated_at":"2026-06-04T14:22:12.000001Z"})");
  CHECK(world.answer.status == 201);
  CHECK(world.answer.body == world.person_json(1));
  CHECK(world.answer.etag == world.person_etag(1));
}

TEST_CASE("a person without anything but a name has the schema's defaults", "[projections]") {
  World world;
  world.commit({created_person(2, "Nobody Else")});
  CHECK(without_times(world.person_json(2)) ==
        R"({"id":"a1000000-0000-0000-0000-000000000002","platform":7,"name":"Nobody Else","primary_email":null,)"
        R"("emails":[],"contact_numbers":[],"job_title":"","organization":null,"organization_name":null,"owner":null,)"
        R"("platform_user":null,)"
        R"("lifecycle_stage":"lead","unique_id":"","active":true,"tags":[],"metadata":{})");
  CHECK(world.person_etag(2) == "\"1\"");
}

TEST_CASE("what was written is read back for deciding", "[projections]") {
  World world;
  world.commit({created_organization(5, "US Navy")});
  world.commit({full_person()});
  const auto person = world.person(1);
  REQUIRE(person);
  CHECK(person->details == full_details());
  CHECK(person->version == StreamVersion{1});
  CHECK(person->slot == person_slot(1));
  CHECK(person->ordinal == Ordinal{0});
  CHECK(person->lifecycle_stage == LifecycleStage::opportunity);
  CHECK(person->owner == UserId{11});
  CHECK(person->organization == organization_id(5));
  CHECK(person->active);
  CHECK(person->metadata_keys == std::vector<Digest128>{Digest128{1}, Digest128{2}});
}

TEST_CASE("an update changes what it names and nothing else", "[projections]") {
  World world;
  world.commit({created_organization(5, "US Navy")});
  world.commit({full_person()});
  PersonDetailsChange change;
  change.job_title = "Commodore";
  change.emails = JsonText{"[]"};
  auto update = updated_person(1, change);
  update.owner = std::optional<UserId>();
  world.commit({update});
  auto expected = full_details();
  expected.job_title = "Commodore";
  expected.emails = JsonText{"[]"};
  const auto person = world.person(1);
  REQUIRE(person);
  CHECK(person->details == expected);
  CHECK_FALSE(person->owner);
  CHECK(person->organization == organization_id(5));
  CHECK(person->lifecycle_stage == LifecycleStage::opportunity);
  CHECK(person->version == StreamVersion{2});
  CHECK(person->updated_at > person->created_at);
  CHECK(world.answer.status == 200);
}

TEST_CASE("a primary email that is taken away reads null", "[projections]") {
  World world;
  world.commit({full_person()});
  PersonDetailsChange change;
  change.primary_email = std::optional<std::string>();
  world.commit({updated_person(1, change)});
  CHECK(world.person_json(1).find(R"("primary_email":null)") != std::string::npos);
  CHECK(linkable_persons(world.store.latest(), kMain, world.digester, "grace@navy.example").empty());
}

TEST_CASE("a linked person has its user and is inactive", "[projections]") {
  World world;
  world.commit({created_person(3, "Lin")});
  const auto before = world.person(3)->updated_at;
  world.commit({PersonLinked{person_id(3), UserId{42}, true}});
  const auto person = world.person(3);
  CHECK(person->platform_user == UserId{42});
  CHECK_FALSE(person->active);
  CHECK(person->updated_at > before);
  CHECK(world.person_json(3).find(R"("platform_user":42)") != std::string::npos);
  CHECK(world.person_json(3).find(R"("active":false)") != std::string::npos);
}

TEST_CASE("merging touches the duplicate's fields and only the primary's version", "[projections]") {
  World world;
  world.commit({created_person(1, "Primary")});
  world.commit({created_person(2, "Duplicate")});
  const auto primary_before = world.person_json(1);
  const auto duplicate_before = world.person(2)->updated_at;
  PersonAbsorbed absorbed{person_id(1), {person_id(2)}, {{"deals", 3}, {"tags", 0}}};
  world.commit({PersonMerged{person_id(2), person_id(1), true, {}}, absorbed});
  CHECK(world.person_json(1) == primary_before);
  CHECK(world.person_etag(1) == "\"2\"");
  const auto duplicate = world.person(2);
  CHECK(duplicate->merged_into == person_id(1));
  CHECK_FALSE(duplicate->active);
  CHECK(duplicate->updated_at > duplicate_before);
  CHECK(world.answer.status == 200);
  CHECK(world.answer.body == R"({"primary_id":"a1000000-0000-0000-0000-000000000001",)"
                             R"("merged_ids":["a1000000-0000-0000-0000-000000000002"],)"
                             R"("reparented":{"deals":3,"activities":0,"tags":0}})");
}

TEST_CASE("a deleted person is not there, and its stream and ordinal are never used again", "[projections]") {
  World world;
  world.commit({full_person()});
  world.commit({PersonDeleted{person_id(1)}});
  CHECK(world.person_json(1).empty());
  CHECK_FALSE(person_exists(world.store.latest(), kMain, person_id(1)));
  CHECK_FALSE(world.live->person_exists(kMain, person_id(1)));
  CHECK_FALSE(person_with_unique_id(world.store.latest(), kMain, world.digester, "ext-77"));
  CHECK(linkable_persons(world.store.latest(), kMain, world.digester, "grace@navy.example").empty());
  CHECK(stream_version(world.store.latest(), kMain, PersonDeleted{person_id(1)}) == StreamVersion{2});
  CHECK(world.answer == Answer{204, "", "", false});
  world.commit({created_person(2, "Next")});
  CHECK(world.person(2)->ordinal == Ordinal{1});
  const auto tombstone = read_person_row(world.store.latest(), kMain, person_id(1));
  REQUIRE(tombstone);
  CHECK(tombstone->slot == person_slot(1));
  CHECK(tombstone->ordinal == Ordinal{0});
  CHECK(tombstone->deleted);
}

TEST_CASE("a unique id is found where it is and no longer where it was", "[projections]") {
  World world;
  world.commit({full_person()});
  const auto holder = [&](std::string_view unique_id) {
    return person_with_unique_id(world.store.latest(), kMain, world.digester, unique_id);
  };
  CHECK(holder("ext-77") == person_id(1));
  PersonDetailsChange change;
  change.unique_id = "ext-78";
  world.commit({updated_person(1, change)});
  CHECK_FALSE(holder("ext-77"));
  CHECK(holder("ext-78") == person_id(1));
  change.unique_id = "";
  world.commit({updated_person(1, change)});
  CHECK_FALSE(holder("ext-78"));
  CHECK_FALSE(holder(""));
  CHECK_FALSE(person_with_unique_id(world.store.latest(), kOther, world.digester, "ext-78"));
}

TEST_CASE("persons to link are found by any spelling of their email, oldest first", "[projections]") {
  World world;
  const auto with_email = [](std::uint64_t number, const std::string& email) {
    PersonDetails details;
    details.name = "Person " + std::to_string(number);
    details.primary_email = email;
    return created_person(number, details);
  };
  world.commit({with_email(9, "Same@Mail.example")});
  world.commit({with_email(4, "same@mail.EXAMPLE")});
  world.commit({with_email(6, "other@mail.example")});
  world.commit({with_email(5, "SAME@mail.example")});
  world.commit({with_email(8, "same@mail.example")});
  world.commit({PersonLinked{person_id(5), UserId{3}, false}});
  world.commit({PersonDeleted{person_id(8)}});
  std::vector<PersonId> ids;
  for (const auto& person : linkable_persons(world.store.latest(), kMain, world.digester, "same@mail.example")) {
    ids.push_back(person.id);
  }
  CHECK(ids == std::vector<PersonId>{person_id(9), person_id(4)});
  PersonDetailsChange change;
  change.primary_email = "moved@mail.example";
  world.commit({updated_person(9, change)});
  CHECK(linkable_persons(world.store.latest(), kMain, world.digester, "same@mail.example").size() == 1);
  CHECK(linkable_persons(world.store.latest(), kMain, world.digester, "MOVED@mail.example").size() == 1);
}

TEST_CASE("a deleted organization reads null, changes the ETag and leaves the person's version alone",
          "[projections]") {
  World world;
  world.commit({created_organization(5, "US Navy")});
  world.commit({full_person()});
  const auto joined = world.live->person(kMain, person_id(1));
  CHECK(joined->etag.starts_with("\"1-"));
  CHECK(joined->etag.size() == 1 + 1 + 1 + 16 + 1);
  world.commit({OrganizationDeleted{organization_id(5)}});
  const auto alone = world.live->person(kMain, person_id(1));
  CHECK(alone->json.find(R"("organization":null)") != std::string::npos);
  CHECK(alone->etag.starts_with("\"1-"));
  CHECK(alone->etag != joined->etag);
  CHECK(alone->version == StreamVersion{1});
  const auto person = world.person(1);
  CHECK_FALSE(person->organization);
  CHECK(person->updated_at == person->created_at);
  CHECK(without_times(show_person(world.store.latest(), kMain, person_id(1))->json) == without_times(alone->json));
}

TEST_CASE("a person of one platform is not there in another", "[projections]") {
  World world;
  world.commit(kMain, {created_person(1, "Mine")});
  world.commit(kOther, {created_person(2, "Theirs")});
  CHECK_FALSE(world.live->person(kOther, person_id(1)));
  CHECK_FALSE(world.live->person(kMain, person_id(2)));
  CHECK(world.live->person(kOther, person_id(2)));
}

}  // namespace annals::person_directory_test
