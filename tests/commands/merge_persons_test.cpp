#include "commands/person/relations.hpp"
#include "scenario.hpp"

namespace annals::test::merge_persons_test {
namespace {

MergePersons merge(unsigned primary, std::initializer_list<unsigned> duplicates) {
  std::string ids;
  for (const auto n : duplicates) ids += (ids.empty() ? "" : ",") + quote_json(person_id(n).to_string());
  return MergePersons::from(
      json(R"({"primary_id":)" + quote_json(person_id(primary).to_string()) + R"(,"duplicate_ids":[)" + ids + "]}"));
}
PersonMerged merged(unsigned n, unsigned into, bool was_active = true) {
  PersonMerged event{person_id(n), person_id(into), was_active, {}};
  for (const auto* relation : person_relations()) event.relations.push_back({std::string(relation->name()), {}, {}});
  return event;
}
PersonAbsorbed absorbed(unsigned n, std::initializer_list<unsigned> duplicates) {
  PersonAbsorbed event{person_id(n), {}, {}};
  for (const auto duplicate : duplicates) event.duplicates.push_back(person_id(duplicate));
  for (const auto* relation : person_relations()) event.reparented.push_back({std::string(relation->name()), 0});
  return event;
}
std::vector<Event> four() {
  return acme() + std::vector<Event>{person(1, "Ada"), person(2, "Bea"), person(3, "Cea"), person(4, "Dea")};
}

TEST_CASE("every duplicate is merged and the primary absorbs them", "[commands]") {
  auto scenario = given(four() + std::vector<Event>{PersonLinked{person_id(3), UserId{7}, false}});
  scenario.when(merge(1, {3, 2, 3}))
      .then({merged(3, 1, false), merged(2, 1), absorbed(1, {3, 2})})
      .shows(MergeShown{person_id(1), {person_id(3), person_id(2)}, {}});
  CHECK_FALSE(scenario.state().person(person_id(2))->active);
  CHECK(scenario.state().person(person_id(2))->merged_into == person_id(1));
  CHECK(scenario.state().person(person_id(1))->active);
}

TEST_CASE("what is merged into the primary already is passed over", "[commands]") {
  auto scenario = given(four());
  scenario.when(merge(1, {2}));
  scenario.when(merge(1, {2})).then_nothing().shows(MergeShown{person_id(1), {}, {}});
  scenario.when(merge(1, {2, 3}))
      .then({merged(3, 1), absorbed(1, {3})})
      .shows(MergeShown{person_id(1), {person_id(3)}, {}});
}

TEST_CASE("what is merged into another person cannot be merged again", "[commands]") {
  given(four())
      .when(merge(1, {2}))
      .when(merge(3, {2, 4}))
      .then_fields(
          R"({"duplicate_ids":["Person \"a0000000-0000-4000-8000-000000000002\" has already been merged into another person."]})");
}

TEST_CASE("a person that was merged away is no primary", "[commands]") {
  given(four())
      .when(merge(1, {2}))
      .when(merge(2, {3}))
      .then_fields(R"({"primary_id":["This person has itself been merged into another person."]})");
}

TEST_CASE("a primary with its duplicates can be merged into another", "[commands]") {
  given(four()).when(merge(1, {2})).when(merge(3, {1})).then({merged(1, 3), absorbed(3, {1})});
}

TEST_CASE("duplicates are persons of the platform", "[commands]") {
  const auto* fields =
      R"({"duplicate_ids":["Invalid pk \"a0000000-0000-4000-8000-000000000005\" - object does not exist.",)"
      R"("Invalid pk \"a0000000-0000-4000-8000-000000000006\" - object does not exist."]})";
  given(four() + std::vector<Event>{person(5, "Eve"), PersonDeleted{person_id(5)}})
      .given_elsewhere({person(6, "Fay")})
      .when(merge(1, {2, 5, 6}))
      .then_fields(fields);
}

TEST_CASE("merging is refused in this order", "[commands]") {
  const auto faulty =
      MergePersons::from(json(R"({"primary_id":"a0000000-0000-4000-8000-000000000009","duplicate_ids":[]})"));
  given(four())
      .if_match({StreamVersion{8}})
      .when(faulty)
      .then_fields(R"({"duplicate_ids":["This list may not be empty."]})");
  given(four()).if_match({StreamVersion{8}}).when(merge(9, {5})).then_problem(ProblemCode::not_found);
  given(four()).if_match({StreamVersion{8}}).when(merge(1, {5})).then_problem(ProblemCode::version_conflict);
  given(four()).if_match({StreamVersion{1}}).when(merge(1, {5})).then_problem(ProblemCode::invalid_fields);
  given(four()).given_elsewhere({person(6, "Fay")}).when(merge(6, {1})).then_problem(ProblemCode::not_found);
}

/// Badges: person n has badge n, and all have badge 99, of which a person can have but one.
class Badges : public Relation {
 public:
  std::string_view name() const override { return "badges"; }
  MovedRecords moved(const State& state, PersonId duplicate, PersonId primary,
                     std::span<const MovedRecords> moved_before) const override {
    CHECK(state.person_exists(primary));
    CHECK(moved_before.size() == seen++);
    return {"badges", {duplicate.bytes[15]}, {99}};
  }
  ReturnedRecords returned(const State&, PersonId, PersonId, const MovedRecords&) const override { return {}; }
  mutable std::size_t seen = 0;
};
class Letters : public Relation {
 public:
  std::string_view name() const override { return "letters"; }
  MovedRecords moved(const State&, PersonId, PersonId, std::span<const MovedRecords>) const override {
    return {"letters", {}, {}};
  }
  ReturnedRecords returned(const State&, PersonId, PersonId, const MovedRecords&) const override { return {}; }
};

TEST_CASE("a merge moves and counts every relation", "[commands]") {
  const auto scenario = given(four());
  const Badges badges;
  const Letters letters;
  const std::vector<const Relation*> relations{&badges, &letters};
  const auto decided = decide(merge(1, {2, 3}), scenario.state(), std::nullopt, relations);
  REQUIRE(decided.has_value());
  auto bea = merged(2, 1);
  bea.relations = {{"badges", {2}, {99}}, {"letters", {}, {}}};
  auto cea = merged(3, 1);
  cea.relations = {{"badges", {3}, {99}}, {"letters", {}, {}}};
  auto ada = absorbed(1, {2, 3});
  ada.reparented = {{"badges", 4}, {"letters", 0}};
  CHECK((decided->events == std::vector<Event>{bea, cea, ada}));
  CHECK((decided->outcome == Outcome(MergeShown{person_id(1), {person_id(2), person_id(3)}, {{"badges", 4}}})));
}

}  // namespace
}  // namespace annals::test::merge_persons_test
