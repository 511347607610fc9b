#include "projections/history/record_history.hpp"

#include <catch2/catch.hpp>

#include "core/json.hpp"
#include "projections/history/stream_reading.hpp"
#include "projections/story.hpp"

namespace annals::record_history_test {
using namespace annals::test;

namespace {

HistoryContext context_of(const World& world) {
  return {world.log, world.sealer, world.digester, world.store.latest(), kMain};
}

std::optional<std::string> nobody(UserId) {
  return std::nullopt;
}

/// The values of one member of each entry, newest first.
std::vector<std::string> members(const std::string& history, std::string_view name) {
  std::vector<std::string> found;
  for (const auto entry : json_elements(history)) {
    for (const auto& [key, value] : json_members(entry)) {
      if (key == name) found.emplace_back(value);
    }
  }
  return found;
}

std::vector<std::string> changes_of(const World& world, std::uint64_t person) {
  return members(person_history(context_of(world), person_id(person), nobody).value(), "changes");
}

}  // namespace

TEST_CASE("a record reads as of any commit as it read when that commit was the last, unless it was erased since",
          "[projections]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  World world;
  Story story(world, seed);
  struct Moment {
    Position position;
    std::vector<std::string> persons;  ///< JSON and ETag each
  };
  const auto shown = [](const std::optional<ShownRecord>& record) {
    return record ? record->etag + record->json : std::string();
  };
  constexpr std::uint64_t kPersons = 12;
  std::vector<Moment> moments;
  for (int step = 0; step < 120; ++step) {
    story.step();
    Moment moment{world.log.head(kMain).position, {}};
    for (std::uint64_t number = 1; number <= kPersons; ++number) {
      moment.persons.push_back(shown(world.live->person(kMain, person_id(number))));
    }
    moments.push_back(std::move(moment));
  }
  std::size_t there = 0;
  for (const auto& moment : moments) {
    for (std::uint64_t number = 1; number <= kPersons; ++number) {
      INFO("person " << number << " as of " << moment.position.value);
      const auto past = shown(person_as_of(context_of(world), person_id(number), moment.position));
      const bool erased = read_erasure(world.store.latest(), kMain, person_id(number)).has_value();
      REQUIRE(past == (erased ? std::string() : moment.persons[number - 1]));
      if (!past.empty()) ++there;
    }
  }
  CHECK(there > 100);
}

TEST_CASE("a history says field by field what each event changed, newest first, and by whom", "[projections]") {
  World world;
  open_main(world);
  PersonDetails details;
  details.name = "Ada";
  details.primary_email = "ada@example.org";
  world.commit({created_person(1, details)});
  PersonDetailsChange change;
  change.name = "Ada King";
  change.job_title = "Countess";
  auto updated = updated_person(1, change);
  updated.lifecycle_stage = LifecycleStage::customer;
  world.commit({updated});
  world.commit({PersonLinked{person_id(1), UserId{12}, false}});
  const auto history = person_history(context_of(world), person_id(1), nobody);
  REQUIRE(history);
  CHECK(members(*history, "event") ==
        std::vector<std::string>{R"("PersonLinked")", R"("PersonUpdated")", R"("PersonCreated")"});
  CHECK(members(*history, "action") == std::vector<std::string>{R"("update")", R"("update")", R"("create")"});
  const auto changes = members(*history, "changes");
  CHECK(changes[0] == R"({"platform_user":[null,12],"active":[true,false]})");
  CHECK(changes[1] ==
        R"({"name":["Ada","Ada King"],"job_title":["","Countess"],"lifecycle_stage":["lead","customer"]})");
  CHECK(changes[2].starts_with(R"({"name":[null,"Ada"],"primary_email":[null,"ada@example.org"])"));
  CHECK(members(*history, "actor_username").front() == "null");
}

TEST_CASE("that its organization was deleted is in a person's history, once, wherever its own events stand",
          "[projections]") {
  World world;
  open_main(world);
  const auto joins = [](std::uint64_t person, std::optional<OrganizationId> organization) {
    PersonUpdated event;
    event.person = person_id(person);
    event.organization = organization;
    return event;
  };
  const auto titled = [](std::uint64_t person, const std::string& title) {
    PersonDetailsChange change;
    change.job_title = title;
    return updated_person(person, change);
  };
  const auto text = [](std::uint64_t number) { return quote_json(organization_id(number).to_string()); };
  world.commit({created_organization(1, "One"), created_organization(2, "Two"), created_organization(3, "Three")});
  for (const std::uint64_t person : {1, 2, 3}) {
    world.commit({created_person(person, "Person " + std::to_string(person)), joins(person, organization_id(1))});
  }
  world.commit({joins(3, organization_id(2))});
  world.commit({OrganizationDeleted{organization_id(1)}});
  world.commit({titled(2, "Left")});
  world.commit({joins(2, organization_id(3))});
  world.commit({OrganizationDeleted{organization_id(3)}});
  world.commit({PersonDeleted{person_id(2)}});

  const auto left = R"({"organization":[)" + text(1) + ",null]}";
  CHECK(changes_of(world, 1).front() == left);
  CHECK(changes_of(world, 1).size() == 3);
  const auto second = changes_of(world, 2);
  REQUIRE(second.size() == 7);
  CHECK(second[0].find("organization") == std::string::npos);  // it was in none when it was deleted
  CHECK(second[1] == R"({"organization":[)" + text(3) + ",null]}");
  CHECK(second[2] == R"({"organization":[null,)" + text(3) + "]}");
  CHECK(second[3] == R"({"job_title":["","Left"]})");
  CHECK(second[4] == left);
  CHECK(changes_of(world, 3).front() == R"({"organization":[)" + text(1) + "," + text(2) + "]}");
  const auto history = person_history(context_of(world), person_id(2), nobody).value();
  CHECK(members(history, "event")[4] == R"("OrganizationDeleted")");
  CHECK(members(history, "action")[4] == R"("update")");
}

TEST_CASE("a deal's history says that a merge moved it, its source was deleted and its person erased",
          "[projections]") {
  World world;
  open_main(world);
  world.commit({created_person(1, PersonDetails{}), created_person(2, PersonDetails{})});
  LeadSourceCreated fair;
  fair.id = LeadSourceId{6};
  fair.texts = {kPlatformSlot, LeadSourceCreated::Texts{"Fair", "fair", {"{}"}}};
  DealCreated deal;
  deal.id = DealId{4};
  deal.plain.person = person_id(2);
  deal.plain.source = fair.id;
  deal.texts = {SlotId{704}, DealCreated::Texts{"Loom", "", "", {"{}"}}};
  world.commit({fair});
  world.commit({deal});
  world.commit({PersonMerged{person_id(2), person_id(1), true, {{"deals", {4}, {}}}},
                PersonAbsorbed{person_id(1), {person_id(2)}, {{"deals", 1}}}});
  world.commit({LeadSourceDeleted{fair.id}});
  world.commit({PersonUnmerged{person_id(2), person_id(1), true, {{"deals", {4}, {}, {}}}},
                PersonReleased{person_id(1), person_id(2), {{"deals", 1}}}});
  const auto history = deal_history(context_of(world), DealId{4}, nobody).value();
  CHECK(members(history, "event") == std::vector<std::string>{R"("PersonUnmerged")", R"("LeadSourceDeleted")",
                                                              R"("PersonMerged")", R"("DealCreated")"});
  const auto first = quote_json(person_id(1).to_string());
  const auto second = quote_json(person_id(2).to_string());
  const auto changes = members(history, "changes");
  CHECK(changes[0] == R"({"person":[)" + first + "," + second + "]}");
  CHECK(changes[1] == R"({"source":[6,null]})");
  CHECK(changes[2] == R"({"person":[)" + second + "," + first + "]}");
  CHECK(members(history, "action")[1] == R"("update")");

  world.commit({PersonErased{person_id(2), person_slot(2), {}, {}, {{"deal", 4, SlotId{704}}}}});
  for (const auto slot : {person_slot(2), SlotId{704}}) world.erase(kMain, slot);
  const auto after = deal_history(context_of(world), DealId{4}, nobody).value();
  CHECK(members(after, "event").front() == R"("PersonErased")");
  CHECK(members(after, "action").front() == R"("update")");
  CHECK(members(after, "changes").front() == R"({"person":[)" + second + ",null]}");
}

TEST_CASE("a history names the user behind a change", "[projections]") {
  World world;
  open_main(world);
  Commit commit;
  commit.header.frame = {kMain, Position{world.log.head(kMain).position.value + 1}, 1, world.log.head(kMain).hash};
  commit.header.actor = {UserId{11}, kMain, KeyId{1}};
  RecordedEvent recorded;
  recorded.event = created_person(3, "Three");
  recorded.stream = stream_of(recorded.event);
  recorded.version = StreamVersion{1};
  recorded.recorded_at = world.now;
  recorded.schema = 1;
  commit.events.push_back(recorded);
  world.commit_as_is(commit);
  const auto history = person_history(context_of(world), person_id(3), [](UserId user) -> std::optional<std::string> {
    return "user " + std::to_string(user.value);
  });
  CHECK(members(history.value(), "actor_username") == std::vector<std::string>{R"("user 11")"});
}

TEST_CASE("a history survives deletion and merging, and says what became of the record", "[projections]") {
  World world;
  open_main(world);
  world.commit({created_person(1, "One"), created_person(2, "Two"), created_person(3, "Three")});
  PersonMerged merged;
  merged.person = person_id(2);
  merged.into = person_id(1);
  PersonAbsorbed absorbed;
  absorbed.person = person_id(1);
  absorbed.duplicates = {person_id(2)};
  world.commit({merged, absorbed});
  world.commit({PersonDeleted{person_id(3)}});
  CHECK(changes_of(world, 2).front().find(R"("active":[true,false])") != std::string::npos);
  CHECK(changes_of(world, 1).front() == R"({"duplicates":[[],[")" + person_id(2).to_string() + R"("]]})");
  const auto deleted = person_history(context_of(world), person_id(3), nobody).value();
  CHECK(members(deleted, "action").front() == R"("delete")");
  CHECK(members(deleted, "changes").front().find(R"("name":["Three",null])") != std::string::npos);
  CHECK_FALSE(person_history(context_of(world), person_id(99), nobody));
}

TEST_CASE("a history says that a merge was taken back, on both sides", "[projections]") {
  World world;
  open_main(world);
  world.commit({created_person(1, "One"), created_person(2, "Two"), created_person(3, "Three")});
  world.commit({PersonMerged{person_id(2), person_id(1), true, {}}, PersonMerged{person_id(3), person_id(1), true, {}},
                PersonAbsorbed{person_id(1), {person_id(2), person_id(3)}, {}}});
  world.commit({PersonUnmerged{person_id(2), person_id(1), true, {}}, PersonReleased{person_id(1), person_id(2), {}}});
  const auto one = '"' + person_id(1).to_string() + '"';
  const auto two = '"' + person_id(2).to_string() + '"';
  const auto three = '"' + person_id(3).to_string() + '"';
  CHECK(changes_of(world, 2).front() == R"({"merged_into":[)" + one + R"(,null],"active":[false,true]})");
  CHECK(changes_of(world, 1).front() == R"({"duplicates":[[)" + two + ',' + three + "],[" + three + "]]}");
}

TEST_CASE("an erasure ends a person's history as a deletion does", "[projections]") {
  World world;
  open_main(world);
  world.commit({created_person(1, "Unforgettable"), created_person(2, "Deleted before")});
  world.commit({PersonDeleted{person_id(2)}});
  for (const std::uint64_t number : {1, 2}) {
    INFO(number);
    world.commit({PersonErased{person_id(number), person_slot(number), {}, {}}});
    world.erase(kMain, person_slot(number));
    const auto history = person_history(context_of(world), person_id(number), nobody).value();
    CHECK(members(history, "event").front() == R"("PersonErased")");
    CHECK(members(history, "action").front() == R"("delete")");
    CHECK(members(history, "erased").front() == "true");
    CHECK(history.find(number == 1 ? "Unforgettable" : "Deleted before") == std::string::npos);
  }
  CHECK(changes_of(world, 1).front().find(R"("lifecycle_stage":["lead",null])") != std::string::npos);
  CHECK(changes_of(world, 2).front() == "{}");
}

TEST_CASE("an erased person's history keeps what happened and when, and nothing personal", "[projections]") {
  World world;
  open_main(world);
  world.commit({created_person(1, "Unforgettable")});
  auto updated = updated_person(1, {});
  updated.lifecycle_stage = LifecycleStage::churned;
  world.commit({updated});
  world.erase(kMain, person_slot(1));
  const auto history = person_history(context_of(world), person_id(1), nobody);
  REQUIRE(history);
  CHECK(history->find("Unforgettable") == std::string::npos);
  CHECK(members(*history, "erased") == std::vector<std::string>{"true", "true"});
  CHECK(members(*history, "changes").front() == R"({"lifecycle_stage":["lead","churned"]})");
  CHECK_FALSE(person_as_of(context_of(world), person_id(1), world.log.head(kMain).position));
}

TEST_CASE("an organization's history is its own, and its persons read without it only once it is gone",
          "[projections]") {
  World world;
  open_main(world);
  world.commit({created_organization(1, "Analytical Engines")});
  auto person = created_person(1, "One");
  person.organization = organization_id(1);
  world.commit({person});
  const auto before = world.log.head(kMain).position;
  world.commit({OrganizationDeleted{organization_id(1)}});
  const auto history = organization_history(context_of(world), organization_id(1), nobody);
  CHECK(members(history.value(), "action") == std::vector<std::string>{R"("delete")", R"("create")"});
  const auto organization = R"("organization":")" + organization_id(1).to_string();
  CHECK(person_as_of(context_of(world), person_id(1), before)->json.find(organization) != std::string::npos);
  CHECK(person_as_of(context_of(world), person_id(1), world.log.head(kMain).position)->json.find(organization) ==
        std::string::npos);
  REQUIRE(changes_of(world, 1).size() == 2);
  CHECK(changes_of(world, 1).front() == R"({"organization":[")" + organization_id(1).to_string() + "\",null]}");
  CHECK(organization_as_of(context_of(world), organization_id(1), before));
  CHECK_FALSE(organization_as_of(context_of(world), organization_id(1), world.log.head(kMain).position));
}

TEST_CASE("a moment of the past is rounded down to whole commits", "[projections]") {
  World world;
  open_main(world);
  world.commit({created_person(1, "One"), created_person(2, "Two"), created_person(3, "Three")});
  const auto last = world.log.head(kMain).position.value;
  const auto middle_time = world.commits.back()->events[1].recorded_at;
  const auto last_time = world.commits.back()->events[2].recorded_at;
  CHECK(whole_commits_until(world.log, kMain, Position{last}) == Position{last});
  CHECK(whole_commits_until(world.log, kMain, Position{last + 40}) == Position{last});
  CHECK(whole_commits_until(world.log, kMain, Position{last - 1}) == Position{last - 3});
  CHECK(whole_commits_until(world.log, kMain, Position{last - 3}) == Position{last - 3});
  CHECK(whole_commits_until(world.log, kMain, Position{0}) == Position{0});
  CHECK(whole_commits_until(world.log, world.sealer, kMain, last_time) == Position{last});
  CHECK(whole_commits_until(world.log, world.sealer, kMain, middle_time) == Position{last - 3});
  CHECK(whole_commits_until(world.log, world.sealer, kMain, first_moment() - std::chrono::hours(1)) == Position{0});
  for (const auto& commit : world.commits) {
    if (commit->header.frame.platform != kMain) continue;
    const auto end = commit->header.frame.last();
    CHECK(whole_commits_until(world.log, world.sealer, kMain, commit->events.back().recorded_at) == end);
  }
}

}  // namespace annals::record_history_test
