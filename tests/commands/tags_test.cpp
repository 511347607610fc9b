#include <random>

#include "commands/tag/tag_relation.hpp"
#include "scenario.hpp"

namespace annals::test::tags_test {
namespace {

using CreateTag = CreateRecord<Tag>;
using UpdateTag = UpdateRecord<Tag>;

TagCreated tag(unsigned id, std::string_view name, std::string_view color = "#888888") {
  TagCreated created;
  created.id = TagId{id};
  created.texts = {kAcmeSlot, TagCreated::Texts{std::string(name), std::string(color), {"{}"}}};
  return created;
}
TagAttached attached(unsigned assignment, unsigned tag, const TagHost& host) {
  return TagAttached::to(host, AssignmentId{assignment}, TagId{tag});
}
AttachTag attach(const TagHost& host, unsigned tag) {
  return AttachTag::from(host, json(R"({"tag_id":)" + std::to_string(tag) + "}"));
}
DetachTag detach(const TagHost& host, unsigned tag) {
  return {host, TagId{tag}};
}
MergePersons merge(unsigned primary, std::initializer_list<unsigned> duplicates) {
  std::string ids;
  for (const auto n : duplicates) ids += (ids.empty() ? "" : ",") + quote_json(person_id(n).to_string());
  return MergePersons::from(
      json(R"({"primary_id":)" + quote_json(person_id(primary).to_string()) + R"(,"duplicate_ids":[)" + ids + "]}"));
}
UnmergePerson unmerge(unsigned n) {
  return UnmergePerson::from(person_id(n), {});
}

/// Persons 1 to 4 and organization 5; tags 1 VIP, 2 Churn risk, 3 Speaker.
std::vector<Event> tagging() {
  return acme() + std::vector<Event>{person(1, "Ada"),     person(2, "Bea"),           person(3, "Cea"),
                                     person(4, "Dea"),     organization(5, "Engines"), tag(1, "VIP", "#FF0000"),
                                     tag(2, "Churn risk"), tag(3, "Speaker")};
}

/// `assignment:tag` each.
std::string tags_of(const Scenario& scenario, const TagHost& host) {
  std::string all;
  for (const auto& held : scenario.state().assignments_of(host)) {
    all += (all.empty() ? "" : " ") + std::to_string(held.id.value) + ":" + std::to_string(held.tag.value);
  }
  return all;
}

const TagRelation kTags;

TEST_CASE("a tag is created with its name trimmed, and grey unless it says else", "[commands]") {
  given(tagging())
      .when(CreateTag::from(json(R"({"name":"  Press "})")))
      .then({tag(4, "Press")})
      .shows(RecordShown{"tag", 4, true});
  given(tagging())
      .when(CreateTag::from(json(R"({"name":"Press","color":"#00fF7a"})")))
      .then({tag(4, "Press", "#00fF7a")});
}

TEST_CASE("a tag's fields are refused all at once, in the schema's order", "[commands]") {
  given(tagging())
      .when(CreateTag::from(json(R"({"color":"red"})")))
      .then_fields(
          R"({"name":["This field is required."],"color":["Enter a color as # and six hexadecimal digits."]})");
  given(tagging())
      .when(CreateTag::from(json(R"({"name":"VIP","color":""})")))
      .then_fields(R"({"name":["tag with this name already exists."],"color":["This field may not be blank."]})");
  given(tagging())
      .when(CreateTag::from(json(R"({"name":")" + std::string(65, 'x') + R"(","color":"#12345g"})")))
      .then_fields(
          R"({"name":["Ensure this field has no more than 64 characters."],"color":["Enter a color as # and six hexadecimal digits."]})");
}

TEST_CASE("names of tags are unique with their case, and free again once they are given up", "[commands]") {
  given(tagging()).when(CreateTag::from(json(R"({"name":"vip"})"))).then({tag(4, "vip")});
  given(tagging())
      .when(UpdateTag::from(TagId{1}, json(R"({"name":"Gold"})"), Write::patch))
      .when(CreateTag::from(json(R"({"name":"VIP"})")))
      .then({tag(4, "VIP")});
  given(tagging())
      .when(DeleteRecord<Tag>{TagId{1}})
      .then({TagDeleted{TagId{1}}})
      .when(CreateTag::from(json(R"({"name":"VIP"})")))
      .then({tag(4, "VIP")});
}

TEST_CASE("a tag's update records only what changed", "[commands]") {
  TagUpdated recolored;
  recolored.id = TagId{1};
  recolored.texts = Sealed<TagUpdated::Texts>{kAcmeSlot, TagUpdated::Texts{std::nullopt, "#0000FF", std::nullopt}};
  given(tagging())
      .when(UpdateTag::from(TagId{1}, json(R"({"name":"VIP","color":"#0000FF"})"), Write::patch))
      .then({recolored});
  given(tagging()).when(UpdateTag::from(TagId{1}, json(R"({"name":"VIP"})"), Write::patch)).then_nothing();
}

TEST_CASE("a tag is attached to a person and to an organization", "[commands]") {
  given(tagging())
      .when(attach(person_id(1), 2))
      .then({attached(1, 2, person_id(1))})
      .shows(TagAssignmentShown{AssignmentId{1}, TagId{2}, true})
      .when(attach(organization_id(5), 2))
      .then({attached(2, 2, organization_id(5))})
      .shows(TagAssignmentShown{AssignmentId{2}, TagId{2}, true});
}

TEST_CASE("a tag that is there already is shown as it is", "[commands]") {
  given(tagging())
      .when(attach(person_id(1), 2))
      .when(attach(person_id(1), 2))
      .then_nothing()
      .shows(TagAssignmentShown{AssignmentId{1}, TagId{2}, false});
}

TEST_CASE("attaching is refused in this order", "[commands]") {
  const auto faulty = json(R"({"tag_id":"x"})");
  given(tagging()).when(AttachTag::from(person_id(9), faulty)).then_problem(ProblemCode::not_found);
  given(tagging())
      .when(AttachTag::from(person_id(1), faulty))
      .then_fields(R"({"tag_id":["A valid integer is required."]})");
  given(tagging())
      .when(AttachTag::from(person_id(1), json("{}")))
      .then_fields(R"({"tag_id":["This field is required."]})");
  for (const auto* unknown : {"4", "0", "-1"}) {
    given(tagging())
        .when(AttachTag::from(person_id(1), json(R"({"tag_id":)" + std::string(unknown) + "}")))
        .then_problem(ProblemCode::not_found);
  }
  given(tagging()).when(DeleteRecord<Tag>{TagId{2}}).when(attach(person_id(1), 2)).then_problem(ProblemCode::not_found);
  given(tagging())
      .given_elsewhere({organization(6, "Elsewhere")})
      .when(attach(organization_id(6), 2))
      .then_problem(ProblemCode::not_found);
}

TEST_CASE("If-Match of attaching and detaching is of what carries the tag", "[commands]") {
  const auto there = tagging() + std::vector<Event>{attached(1, 1, person_id(1))};
  given(there).if_match({StreamVersion{2}}).when(attach(person_id(1), 2)).then_problem(ProblemCode::version_conflict);
  given(there).if_match({StreamVersion{2}}).when(detach(person_id(1), 1)).then_problem(ProblemCode::version_conflict);
  given(there).if_match({StreamVersion{1}}).when(attach(person_id(1), 2)).then({attached(2, 2, person_id(1))});
  given(there).if_match({StreamVersion{1}}).when(detach(person_id(1), 1)).then({TagDetached{AssignmentId{1}}});
  given(there)
      .if_match({StreamVersion{1}})
      .when(attach(organization_id(5), 2))
      .shows(TagAssignmentShown{AssignmentId{2}, TagId{2}, true});
}

TEST_CASE("a person that was merged away is given no tags", "[commands]") {
  given(tagging() + std::vector<Event>{merged(2, 1)})
      .when(attach(person_id(2), 1))
      .then_problem(ProblemCode::bad_request);
}

TEST_CASE("a tag is detached once, and may come back under another number", "[commands]") {
  given(tagging())
      .when(attach(person_id(1), 2))
      .when(detach(organization_id(5), 2))
      .then_problem(ProblemCode::not_found)
      .when(detach(person_id(1), 2))
      .then({TagDetached{AssignmentId{1}}})
      .when(detach(person_id(1), 2))
      .then_problem(ProblemCode::not_found)
      .when(attach(person_id(1), 2))
      .then({attached(2, 2, person_id(1))});
}

TEST_CASE("tags go with their tag and with what carries them", "[commands]") {
  auto scenario = given(tagging() + std::vector<Event>{attached(1, 1, person_id(1)), attached(2, 2, person_id(1)),
                                                       attached(3, 1, organization_id(5))});
  scenario.when(DeleteRecord<Tag>{TagId{1}});
  CHECK(tags_of(scenario, person_id(1)) == "2:2");
  CHECK(tags_of(scenario, organization_id(5)).empty());
  scenario.when(detach(person_id(1), 1)).then_problem(ProblemCode::not_found);
  scenario.when(DeletePerson{person_id(1)});
  CHECK_FALSE(scenario.state().assignment(AssignmentId{2})->attached);
  CHECK(tags_of(scenario, person_id(1)).empty());
}

TEST_CASE("a merge takes tags along, each once, and counts every one that it touched", "[commands]") {
  auto scenario = given(tagging() + std::vector<Event>{attached(1, 1, person_id(1)), attached(2, 1, person_id(2)),
                                                       attached(3, 2, person_id(2)), attached(4, 2, person_id(3)),
                                                       attached(5, 3, person_id(3))});
  const std::vector<const Relation*> relations{&kTags};
  const auto decided = decide(merge(1, {2, 3}), scenario.state(), std::nullopt, relations);
  REQUIRE(decided.has_value());
  const PersonMerged bea{person_id(2), person_id(1), true, {{"tags", {3}, {2}}}};
  const PersonMerged cea{person_id(3), person_id(1), true, {{"tags", {5}, {4}}}};
  const PersonAbsorbed ada{person_id(1), {person_id(2), person_id(3)}, {{"tags", 4}}};
  CHECK((decided->events == std::vector<Event>{bea, cea, ada}));
  CHECK((decided->outcome == Outcome(MergeShown{person_id(1), {person_id(2), person_id(3)}, {{"tags", 4}}})));
  scenario.when(merge(1, {2, 3}));
  CHECK(tags_of(scenario, person_id(1)) == "1:1 2:1 3:2 4:2 5:3");
  CHECK(tags_of(scenario, person_id(2)).empty());
  scenario.when(detach(person_id(1), 2)).then({TagDetached{AssignmentId{3}}, TagDetached{AssignmentId{4}}});
}

TEST_CASE("a merge taken back gives every tag back, also what another duplicate had", "[commands]") {
  auto scenario = given(tagging() + std::vector<Event>{attached(1, 1, person_id(2)), attached(2, 1, person_id(3)),
                                                       attached(3, 2, person_id(1)), attached(4, 2, person_id(2))});
  scenario.when(merge(1, {2, 3}));
  scenario.when(unmerge(2));
  CHECK(tags_of(scenario, person_id(1)) == "2:1 3:2");  // as if only Cea had been merged
  CHECK(tags_of(scenario, person_id(2)) == "1:1 4:2");
  scenario.when(unmerge(3));
  CHECK(tags_of(scenario, person_id(1)) == "3:2");
  CHECK(tags_of(scenario, person_id(3)) == "2:1");
}

TEST_CASE("what became of a tag since the merge stays so", "[commands]") {
  const auto before = tagging() + std::vector<Event>{attached(1, 1, person_id(2)), attached(2, 2, person_id(2)),
                                                     attached(3, 3, person_id(2)), attached(4, 3, person_id(1))};
  auto scenario = given(before);
  scenario.when(merge(1, {2})).when(detach(person_id(1), 1)).when(DeleteRecord<Tag>{TagId{2}});
  const std::vector<const Relation*> relations{&kTags};
  auto decided = decide(unmerge(2), scenario.state(), std::nullopt, relations);
  REQUIRE(decided.has_value());
  const PersonUnmerged bea{person_id(2), person_id(1), true, {{"tags", {}, {3}, {}}}};
  CHECK((decided->events.front() == Event(bea)));

  auto moved_on = given(before);
  moved_on.when(merge(1, {2})).when(merge(4, {1}));
  decided = decide(unmerge(2), moved_on.state(), std::nullopt, relations);
  REQUIRE_FALSE(decided.has_value());
  CHECK(decided.error().code == ProblemCode::bad_request);
  moved_on.when(unmerge(1)).when(unmerge(2));
  CHECK(tags_of(moved_on, person_id(2)) == "1:1 2:2 3:3");
}

}  // namespace
}  // namespace annals::test::tags_test
