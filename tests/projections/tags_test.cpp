#include <catch2/catch.hpp>
#include <set>

#include "core/json.hpp"
#include "projections/history/record_history.hpp"
#include "projections/kinds/kind_queries.hpp"
#include "projections/projections.hpp"
#include "projections/tag_assignments.hpp"
#include "projections/world.hpp"

namespace annals::tags_test {
using namespace annals::test;

namespace {

TagAttached attached(std::uint64_t assignment, std::uint64_t tag, const TagHost& host) {
  return TagAttached::to(host, AssignmentId{assignment}, TagId{tag});
}

TagUpdated renamed(std::uint64_t tag, const std::string& name) {
  TagUpdated event;
  event.id = TagId{tag};
  event.texts = Sealed<TagUpdated::Texts>{kPlatformSlot, TagUpdated::Texts{name, std::nullopt, std::nullopt}};
  return event;
}

std::string member(const std::string& json, std::string_view name) {
  for (const auto& [key, value] : json_members(json)) {
    if (key == name) return std::string(value);
  }
  return {};
}

std::string tags_of(const World& world, std::uint64_t person) {
  return member(world.person_json(person), "tags");
}

constexpr const char* kVip = R"({"id":1,"name":"VIP","color":"#FF0000"})";
constexpr const char* kPress = R"({"id":2,"name":"Press","color":"#00FF00"})";

std::string both(std::string_view first, std::string_view second) {
  return "[" + std::string(first) + "," + std::string(second) + "]";
}

/// Persons 1 and 2 and organization 3; tags 1 VIP and 2 Press.
void begin(World& world) {
  world.commit({opened_platform("main", "Main")});
  world.commit({created_person(1, "Ada"), created_person(2, "Bea"), created_organization(3, "Engines"),
                created_tag(1, "VIP"), created_tag(2, "Press", "#00FF00")});
}

std::vector<std::uint64_t> found(const World& world, std::vector<TagId> tags) {
  PersonFilter filter;
  filter.tags = std::move(tags);
  std::vector<std::uint64_t> numbers;
  for (const auto& record : records_of(*world.live->persons(kMain, filter, {}))) {
    for (std::uint64_t number = 1; number < 9; ++number) {
      if (record.find(person_id(number).to_string()) != std::string::npos) numbers.push_back(number);
    }
  }
  return numbers;
}

}  // namespace

TEST_CASE("what has tags shows them in the order in which they were attached", "[projections]") {
  World world;
  begin(world);
  world.commit({attached(1, 2, person_id(1))});
  CHECK(world.answer.status == 201);
  CHECK(world.answer.body == R"({"assignment_id":1,"tag":)" + std::string(kPress) + "}");
  world.commit({attached(2, 1, person_id(1)), attached(3, 1, organization_id(3))});
  CHECK(tags_of(world, 1) == both(kPress, kVip));
  CHECK(tags_of(world, 2) == "[]");
  CHECK(member(world.live->organization(kMain, organization_id(3))->json, "tags") == "[" + std::string(kVip) + "]");
  world.commit({TagDetached{AssignmentId{1}}});
  CHECK(tags_of(world, 1) == "[" + std::string(kVip) + "]");
}

TEST_CASE("the tags of a record are a list of their own", "[projections]") {
  World world;
  begin(world);
  world.commit({attached(1, 2, person_id(1)), attached(2, 1, person_id(1))});
  const auto reading = world.live->reading(kMain);
  const auto page = list_tags_of(*reading, person_id(1), {2, 1, std::nullopt});
  REQUIRE(page);
  CHECK(page->count == 2);
  CHECK(page->results == R"([{"assignment_id":2,"tag":)" + std::string(kVip) + "}]");
  CHECK(list_tags_of(*reading, person_id(1), {3, 1, std::nullopt}).error().code == ProblemCode::invalid_page);
  CHECK(list_tags_of(*reading, person_id(2), {})->results == "[]");
}

TEST_CASE("a record's version stays with its tags and its organization's name, its ETag does not", "[projections]") {
  World world;
  begin(world);
  auto person = created_person(4, "Dea");
  person.organization = organization_id(3);
  world.commit({person});
  std::set<std::string> etags{world.person_etag(4)};
  const auto changed = [&] { return etags.insert(world.person_etag(4)).second; };
  world.commit({attached(1, 1, person_id(4))});
  CHECK(changed());
  world.commit({renamed(1, "Gold")});
  CHECK(changed());
  CHECK(member(world.person_json(4), "tags") == R"([{"id":1,"name":"Gold","color":"#FF0000"}])");
  OrganizationUpdated motors;
  motors.organization = organization_id(3);
  motors.details = Sealed<OrganizationDetailsChange>{organization_slot(3), OrganizationDetailsChange{}};
  motors.details->data->name = "Motors";
  world.commit({motors});
  CHECK(changed());
  CHECK(member(world.person_json(4), "organization_name") == R"("Motors")");
  world.commit({TagDeleted{TagId{1}}});
  CHECK(changed());
  CHECK(tags_of(world, 4) == "[]");
  CHECK(world.person(4)->version == StreamVersion{1});
  for (const auto& etag : etags) CHECK(etag.starts_with("\"1-"));
  CHECK(world.person_etag(1) == "\"1\"");
}

TEST_CASE("lists find what has any of some tags", "[projections]") {
  World world;
  begin(world);
  world.commit({created_person(4, "Dea"), attached(1, 1, person_id(1)), attached(2, 2, person_id(2)),
                attached(3, 2, person_id(4)), attached(4, 1, person_id(4)), attached(5, 2, organization_id(3))});
  CHECK(found(world, {TagId{1}}) == std::vector<std::uint64_t>{4, 1});
  CHECK(found(world, {TagId{2}}) == std::vector<std::uint64_t>{4, 2});
  CHECK(found(world, {TagId{1}, TagId{2}}) == std::vector<std::uint64_t>{4, 2, 1});
  CHECK(found(world, {TagId{7}}).empty());
  CHECK(found(world, {TagId{7}, TagId{1}}) == std::vector<std::uint64_t>{4, 1});
  OrganizationFilter organizations;
  organizations.tags = {TagId{2}};
  CHECK(world.live->organizations(kMain, organizations, {})->count == 1);
  organizations.tags = {TagId{1}};
  CHECK(world.live->organizations(kMain, organizations, {})->count == 0);
  world.commit({TagDeleted{TagId{1}}});
  CHECK(found(world, {TagId{1}}).empty());
  world.commit({PersonDeleted{person_id(4)}});
  CHECK(found(world, {TagId{2}}) == std::vector<std::uint64_t>{2});
}

TEST_CASE("a merged person's tags are the primary's, shown once, until the merge is taken back", "[projections]") {
  World world;
  begin(world);
  world.commit({attached(1, 1, person_id(1)), attached(2, 2, person_id(2)), attached(3, 1, person_id(2))});
  world.commit({PersonMerged{person_id(2), person_id(1), true, {{"tags", {2}, {3}}}},
                PersonAbsorbed{person_id(1), {person_id(2)}, {{"tags", 2}}}});
  CHECK(tags_of(world, 1) == both(kVip, kPress));
  CHECK(tags_of(world, 2) == "[]");
  CHECK(found(world, {TagId{1}, TagId{2}}) == std::vector<std::uint64_t>{1});
  world.commit({PersonUnmerged{person_id(2), person_id(1), true, {{"tags", {2}, {3}, {}}}},
                PersonReleased{person_id(1), person_id(2), {{"tags", 2}}}});
  CHECK(tags_of(world, 1) == "[" + std::string(kVip) + "]");
  CHECK(tags_of(world, 2) == both(kPress, kVip));
  CHECK(world.rebuilt() == world.store.all());
}

TEST_CASE("a record's past shows its tags as they were, with the names of then", "[projections]") {
  World world;
  begin(world);
  const auto context = [&] {
    return HistoryContext{world.log, world.sealer, world.digester, world.store.latest(), kMain};
  };
  std::vector<std::pair<Position, std::string>> moments;
  const auto note = [&] { moments.emplace_back(world.log.head(kMain).position, world.person_json(1)); };
  world.commit({attached(1, 1, person_id(1)), attached(2, 2, person_id(2))});
  note();
  world.commit({renamed(1, "Gold")});
  note();
  world.commit({PersonMerged{person_id(2), person_id(1), true, {{"tags", {2}, {}}}},
                PersonAbsorbed{person_id(1), {person_id(2)}, {{"tags", 1}}}});
  note();
  world.commit({TagDeleted{TagId{1}}});
  note();
  world.commit({TagDetached{AssignmentId{2}}});
  note();
  for (const auto& [position, json] : moments) {
    INFO(position.value);
    CHECK(person_as_of(context(), person_id(1), position)->json == json);
  }
  CHECK(moments.front().second.find("VIP") != std::string::npos);
  CHECK(moments[2].second.find("Press") != std::string::npos);
}

TEST_CASE("tags in memory are dropped and loaded again as they were", "[projections]") {
  World world;
  begin(world);
  world.commit({attached(1, 1, person_id(1)), attached(2, 2, person_id(1)), attached(3, 2, person_id(2))});
  world.commit({TagDetached{AssignmentId{2}}, TagDeleted{TagId{1}}});
  const auto reloaded = world.reloaded();
  for (const std::uint64_t number : {1, 2}) {
    CHECK(reloaded->person(kMain, person_id(number))->json == world.person_json(number));
  }
  PersonFilter press;
  press.tags = {TagId{2}};
  CHECK(reloaded->persons(kMain, press, {})->count == 1);
}

}  // namespace annals::tags_test
