#include <random>

#include "commands/person/relations.hpp"
#include "projections/pack.hpp"
#include "projections/view_ids.hpp"
#include "projections/view_rows.hpp"
#include "scenario.hpp"

namespace annals::test::unmerge_person_test {
namespace {

UnmergePerson unmerge(unsigned n) {
  return UnmergePerson::from(person_id(n), {});
}
UnmergePerson unmerge_from(unsigned primary, unsigned duplicate) {
  return UnmergePerson::from(person_id(primary),
                             json(R"({"duplicate_id":)" + quote_json(person_id(duplicate).to_string()) + "}"));
}
PersonUnmerged unmerged(unsigned n, unsigned from, bool active = true) {
  PersonUnmerged event{person_id(n), person_id(from), active, {}};
  for (const auto* relation : person_relations()) {
    event.relations.push_back({std::string(relation->name()), {}, {}, {}});
  }
  return event;
}
PersonReleased released(unsigned primary, unsigned duplicate) {
  PersonReleased event{person_id(primary), person_id(duplicate), {}};
  for (const auto* relation : person_relations()) event.reparented.push_back({std::string(relation->name()), 0});
  return event;
}
MergePersons merge(unsigned primary, unsigned duplicate) {
  return MergePersons::from(json(R"({"primary_id":)" + quote_json(person_id(primary).to_string()) +
                                 R"(,"duplicate_ids":[)" + quote_json(person_id(duplicate).to_string()) + "]}"));
}
std::vector<Event> three() {
  return acme() + std::vector<Event>{person(1, "Ada"), person(2, "Bea", "bea@acme.example"), person(3, "Cea")};
}

TEST_CASE("a merged person is taken back and stands as before", "[commands]") {
  auto scenario = given(three());
  const auto before = *scenario.state().person(person_id(2));
  scenario.when(merge(1, 2))
      .when(unmerge(2))
      .then({unmerged(2, 1), released(1, 2)})
      .shows(UnmergeShown{person_id(1), person_id(2), {}, {}});
  const auto after = *scenario.state().person(person_id(2));
  CHECK(after.active);
  CHECK_FALSE(after.merged_into);
  CHECK(after.details == before.details);
  CHECK(after.version == StreamVersion{3});
  CHECK(scenario.state().person(person_id(1))->version == StreamVersion{3});
  CHECK_FALSE(scenario.state().merge_of(person_id(2)));
}

TEST_CASE("the primary may name the duplicate that is taken back", "[commands]") {
  given(three()).when(merge(1, 2)).when(merge(1, 3)).when(unmerge_from(1, 3)).then({unmerged(3, 1), released(1, 3)});
}

TEST_CASE("a person that was inactive before the merge stays inactive", "[commands]") {
  given(three() + std::vector<Event>{PersonLinked{person_id(2), UserId{7}, false}})
      .when(merge(1, 2))
      .when(unmerge(2))
      .then({unmerged(2, 1, false), released(1, 2)});
}

TEST_CASE("a person that was linked or changed since the merge keeps that", "[commands]") {
  auto scenario = given(three());
  scenario.when(merge(1, 2));
  scenario.given({PersonLinked{person_id(2), UserId{7}, false}});
  scenario.when(UpdatePerson::from(person_id(2), json(R"({"job_title":"Smith"})"), Write::patch));
  scenario.when(unmerge(2)).then({unmerged(2, 1, false), released(1, 2)});
  const auto after = *scenario.state().person(person_id(2));
  CHECK(after.platform_user == UserId{7});
  CHECK(after.details.job_title == "Smith");
}

TEST_CASE("what was taken back can be merged again, also into another person", "[commands]") {
  given(three())
      .when(merge(1, 2))
      .when(unmerge(2))
      .when(merge(3, 2))
      .then({PersonMerged{person_id(2), person_id(3), true, {}}, PersonAbsorbed{person_id(3), {person_id(2)}, {}}})
      .when(unmerge(2))
      .then({unmerged(2, 3), released(3, 2)})
      .when(merge(2, 1))
      .then({PersonMerged{person_id(1), person_id(2), true, {}}, PersonAbsorbed{person_id(2), {person_id(1)}, {}}});
}

TEST_CASE("a duplicate of a primary that is gone is taken back too", "[commands]") {
  given(three())
      .when(merge(1, 2))
      .when(DeletePerson{person_id(1)})
      .when(unmerge(2))
      .then({unmerged(2, 1), released(1, 2)});
}

TEST_CASE("one merge of a chain is taken back by itself", "[commands]") {
  auto scenario = given(three());
  scenario.when(merge(2, 3)).when(merge(1, 2)).when(unmerge(3)).then({unmerged(3, 2), released(2, 3)});
  CHECK(scenario.state().person(person_id(2))->merged_into == person_id(1));
}

TEST_CASE("what has not been merged cannot be taken back", "[commands]") {
  const auto sentence_of = [](Scenario&& scenario) {
    scenario.then_problem(ProblemCode::bad_request);
    return scenario.decided()->error().detail;
  };
  auto never = given(three());
  never.when(merge(1, 2)).when(unmerge(1));
  CHECK(sentence_of(std::move(never)) == "This person has not been merged into another person.");
  auto of_another = given(three());
  of_another.when(merge(1, 2)).when(unmerge_from(3, 2));
  CHECK(sentence_of(std::move(of_another)) ==
        "Person \"a0000000-0000-4000-8000-000000000002\" has not been merged into this person.");
  auto twice = given(three());
  twice.when(merge(1, 2)).when(unmerge(2)).when(unmerge(2));
  CHECK(sentence_of(std::move(twice)) == "This person has not been merged into another person.");
}

TEST_CASE("taking a merge back is refused in this order", "[commands]") {
  const auto faulty = UnmergePerson::from(person_id(2), json(R"({"duplicate_id":"two"})"));
  const auto stale = std::vector{StreamVersion{8}};
  given(three()).if_match(stale).when(unmerge(9)).then_problem(ProblemCode::not_found);
  given(three()).if_match(stale).when(faulty).then_problem(ProblemCode::version_conflict);
  given(three()).when(faulty).then_fields(R"({"duplicate_id":["Must be a valid UUID."]})");
  given(three())
      .given_elsewhere({person(6, "Fay")})
      .when(unmerge_from(1, 6))
      .then_fields(
          R"({"duplicate_id":["Invalid pk \"a0000000-0000-4000-8000-000000000006\" - object does not exist."]})");
  given(three()).given_elsewhere({person(6, "Fay")}).when(unmerge(6)).then_problem(ProblemCode::not_found);
  given(three() + std::vector<Event>{PersonDeleted{person_id(2)}})
      .when(unmerge(2))
      .then_problem(ProblemCode::not_found);
}

/// Badge 21 of the duplicate moved and badge 99 was dropped; badge 22 moved too and has been changed since.
class Badges : public Relation {
 public:
  std::string_view name() const override { return "badges"; }
  MovedRecords moved(const State&, PersonId, PersonId, std::span<const MovedRecords>) const override {
    return {"badges", {21, 22}, {99}};
  }
  ReturnedRecords returned(const State&, PersonId duplicate, PersonId primary,
                           const MovedRecords& records) const override {
    CHECK(duplicate == person_id(2));
    CHECK(primary == person_id(1));
    CHECK(records == MovedRecords{"badges", {21, 22}, {99}});
    return {"badges", {21}, {99}, {22}};
  }
};
/// A kind of record that came after the merge.
class Letters : public Relation {
 public:
  std::string_view name() const override { return "letters"; }
  MovedRecords moved(const State&, PersonId, PersonId, std::span<const MovedRecords>) const override { return {}; }
  ReturnedRecords returned(const State&, PersonId, PersonId, const MovedRecords& records) const override {
    CHECK(records == MovedRecords{"letters", {}, {}});
    return {"letters", {}, {}, {}};
  }
};

TEST_CASE("related records go back as the merge moved them, but for those changed since", "[commands]") {
  const Badges badges;
  const std::vector<const Relation*> relations{&badges};
  auto scenario = given(three());
  const auto merged = decide(merge(1, 2), scenario.state(), std::nullopt, relations);
  REQUIRE(merged.has_value());
  scenario.given(merged->events);
  const Letters letters;
  const std::vector<const Relation*> relations_now{&badges, &letters};
  const auto decided = decide(unmerge(2), scenario.state(), std::nullopt, relations_now);
  REQUIRE(decided.has_value());
  auto bea = unmerged(2, 1);
  bea.relations = {{"badges", {21}, {99}, {22}}, {"letters", {}, {}, {}}};
  auto ada = released(1, 2);
  ada.reparented = {{"badges", 2}, {"letters", 0}};
  CHECK((decided->events == std::vector<Event>{bea, ada}));
  CHECK((decided->outcome == Outcome(UnmergeShown{person_id(1), person_id(2), {{"badges", 2}}, {{"badges", 22}}})));
}

/// Everything that the views hold of persons, but for versions and times of change.
std::vector<std::pair<std::string, std::string>> persons_at_rest(const ViewReader& views) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto view :
       {view::persons, view::person_ids, view::person_unique_ids, view::person_emails, view::merges}) {
    for (auto at = views.scan(kAcme, view, {}); at->valid(); at->next()) {
      auto value = at->value();
      if (view == view::persons) {
        auto row = unpack<PersonRow>(value.plain);
        row.version = {};
        row.updated_at = {};
        row.positions.clear();
        value.plain = pack(row);
        // The text ends with the time of change and the places of its fields, which stay.
        const auto changed = value.data->find("\"updated_at\":\"");
        value.data->replace(changed, 42, "");
      }
      all.emplace_back(to_hex(at->key()), to_hex(value.plain) + value.data.value_or(""));
    }
  }
  return all;
}

TEST_CASE("taking merges back, in any order, leaves what never merging would have left", "[commands]") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  constexpr unsigned kPersons = 9;
  std::vector<Event> events = acme();
  for (unsigned n = 1; n <= kPersons; ++n) {
    auto one = person(n, "Person " + std::to_string(n), "mail" + std::to_string(n / 2) + "@acme.example");
    one.details.data->unique_id = "ext-" + std::to_string(n);
    events.emplace_back(one);
    if (random() % 3 == 0) events.emplace_back(PersonLinked{person_id(n), UserId{7}, false});
  }
  auto scenario = given(events);
  const auto before = persons_at_rest(scenario.views());
  std::vector<unsigned> merged;
  for (int i = 0; i < 20; ++i) {
    const auto primary = static_cast<unsigned>(1 + random() % kPersons);
    const auto duplicate = static_cast<unsigned>(1 + random() % kPersons);
    const auto is_merged = [&](unsigned n) { return scenario.state().person(person_id(n))->merged_into.has_value(); };
    if (primary == duplicate || is_merged(primary) || is_merged(duplicate)) continue;
    scenario.when(merge(primary, duplicate));
    REQUIRE(scenario.decided()->has_value());
    merged.push_back(duplicate);
  }
  REQUIRE(persons_at_rest(scenario.views()) != before);
  std::shuffle(merged.begin(), merged.end(), random);
  for (const auto duplicate : merged) {
    scenario.when(unmerge(duplicate));
    REQUIRE(scenario.decided()->has_value());
  }
  CHECK(persons_at_rest(scenario.views()) == before);
}

}  // namespace
}  // namespace annals::test::unmerge_person_test
