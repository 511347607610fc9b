#include "scenario.hpp"

namespace annals::test::workspace_test {
namespace {

using AddFavorite = CreateRecord<Favorite>;
using CreateView = CreateRecord<SavedView>;

std::vector<Event> contacts() {
  return acme() + std::vector<Event>{organization(1, "Engines"), person(1, "Ada"), person(2, "Bea"), person(3, "Cea")};
}
FavoriteAdded favorite(unsigned id, unsigned user, unsigned person) {
  FavoriteAdded added;
  added.id = FavoriteId{id};
  added.plain.user = UserId{user};
  added.plain.person = person_id(person);
  added.texts = {kAcmeSlot, FavoriteAdded::Texts{{"{}"}}};
  return added;
}
Body of_person(unsigned n) {
  return json(R"({"person":")" + person_id(n).to_string() + "\"}");
}
std::optional<PersonId> marked(const Scenario& scenario, unsigned id) {
  const auto there = scenario.state().kinds().record(FavoriteId{id});
  return there ? there->plain.person : std::nullopt;
}
MergePersons merge(unsigned primary, const std::string& duplicates) {
  return MergePersons::from(
      json(R"({"primary_id":")" + person_id(primary).to_string() + R"(","duplicate_ids":[)" + duplicates + "]}"));
}
std::string quoted(unsigned n) {
  return quote_json(person_id(n).to_string());
}

TEST_CASE("a favorite is the caller's, once", "[commands]") {
  auto scenario = given(contacts());
  scenario.when(AddFavorite::from(of_person(2))).then({favorite(1, 7, 2)}).shows(RecordShown{"favorite", 1, true});
  scenario.when(AddFavorite::from(of_person(2))).then_nothing().shows(RecordShown{"favorite", 1, false});
  scenario.by(tenant_admin()).when(AddFavorite::from(of_person(2))).then({favorite(2, 2, 2)});
  scenario.when(DeleteRecord<Favorite>{FavoriteId{2}}).then({FavoriteRemoved{FavoriteId{2}}});
  scenario.when(AddFavorite::from(of_person(2))).then({favorite(3, 2, 2)});
}

TEST_CASE("a favorite marks exactly one record that is there", "[commands]") {
  const auto* one = R"({"non_field_errors":["Name exactly one person, organization or deal."]})";
  const auto both = json(R"({"person":)" + quoted(1) + R"(,"organization":")" + organization_id(1).to_string() + "\"}");
  given(contacts()).when(AddFavorite::from(json("{}"))).then_fields(one);
  given(contacts()).when(AddFavorite::from(both)).then_fields(one);
  given(contacts() + std::vector<Event>{favorite(1, 7, 1)}).when(AddFavorite::from(both)).then_fields(one);
  given(contacts())
      .when(AddFavorite::from(of_person(9)))
      .then_fields(R"({"person":["Invalid pk \")" + person_id(9).to_string() + R"(\" - object does not exist."]})");
}

TEST_CASE("what the caller may not read is not there to be a favorite", "[commands]") {
  auto reader = plain_caller();
  reader.grants = Grants({"Ibl.CRM/Organizations/read"});
  const auto refusal = R"({"person":["Invalid pk \")" + person_id(1).to_string() + R"(\" - object does not exist."]})";
  given(contacts()).by(reader).when(AddFavorite::from(of_person(1))).then_fields(refusal);
  given(contacts() + std::vector<Event>{favorite(1, 7, 1)})
      .by(reader)
      .when(AddFavorite::from(of_person(1)))
      .then_fields(refusal);
  given(contacts())
      .by(reader)
      .when(AddFavorite::from(json(R"({"organization":")" + organization_id(1).to_string() + "\"}")))
      .shows(RecordShown{"favorite", 1, true});
}

TEST_CASE("favorites go with what they mark", "[commands]") {
  auto scenario = given(contacts() + std::vector<Event>{favorite(1, 7, 1), favorite(2, 2, 1), favorite(3, 7, 2)});
  scenario.when(AddFavorite::from(json(R"({"organization":")" + organization_id(1).to_string() + "\"}")));
  scenario.when(DeletePerson{person_id(1)});
  CHECK_FALSE(scenario.state().kinds().record(FavoriteId{1}));
  CHECK_FALSE(scenario.state().kinds().record(FavoriteId{2}));
  CHECK(marked(scenario, 3) == person_id(2));
  scenario.when(DeleteOrganization{organization_id(1)});
  CHECK_FALSE(scenario.state().kinds().record(FavoriteId{4}));
  scenario.when(ErasePerson::from(person_id(2), {}));
  CHECK_FALSE(scenario.state().kinds().record(FavoriteId{3}));
}

TEST_CASE("favorites follow merged persons, one of each user, and come back with them", "[commands]") {
  // paula (7) marked all three, tess (2) the two that go, root (1) only the last one.
  auto scenario = given(contacts() + std::vector<Event>{favorite(1, 7, 1), favorite(2, 7, 2), favorite(3, 7, 3),
                                                        favorite(4, 2, 2), favorite(5, 2, 3), favorite(6, 1, 3)});
  scenario.when(merge(1, quoted(2) + "," + quoted(3)));
  scenario.shows(MergeShown{person_id(1), {person_id(2), person_id(3)}, {}});
  CHECK(marked(scenario, 1) == person_id(1));
  CHECK(marked(scenario, 4) == person_id(1));
  CHECK(marked(scenario, 6) == person_id(1));
  for (const unsigned dropped : {2, 3, 5}) CHECK_FALSE(marked(scenario, dropped));
  scenario.when(UnmergePerson::from(person_id(3), {}));
  CHECK(marked(scenario, 3) == person_id(3));
  CHECK(marked(scenario, 5) == person_id(3));
  CHECK(marked(scenario, 6) == person_id(3));
  CHECK(marked(scenario, 4) == person_id(1));
  scenario.when(UnmergePerson::from(person_id(2), {}));
  CHECK(marked(scenario, 2) == person_id(2));
  CHECK(marked(scenario, 4) == person_id(2));
  scenario.when(AddFavorite::from(of_person(3))).then_nothing();
}

TEST_CASE("what was marked anew since the merge is not marked twice when it is taken back", "[commands]") {
  auto scenario = given(contacts() + std::vector<Event>{favorite(1, 7, 1), favorite(2, 7, 2), favorite(3, 2, 2)});
  scenario.when(merge(1, quoted(2)));
  scenario.when(AddFavorite::from(of_person(2)))
      .then_fields(R"({"person":["This person was merged into )" + person_id(1).to_string() + R"(."]})");
  scenario.given({favorite(4, 7, 2), favorite(5, 2, 2)});  // as it was once possible
  scenario.when(UnmergePerson::from(person_id(2), {}));
  scenario.shows(UnmergeShown{person_id(1), person_id(2), {}, {{"favorites", 3}}});
  CHECK_FALSE(marked(scenario, 2));
  CHECK(marked(scenario, 3) == person_id(1));
  CHECK(marked(scenario, 4) == person_id(2));
  CHECK(marked(scenario, 5) == person_id(2));
}

TEST_CASE("a saved view is the caller's and keeps its JSON as it was sent", "[commands]") {
  SavedViewCreated created;
  created.id = SavedViewId{1};
  created.plain.user = UserId{7};
  created.texts = {kAcmeSlot, SavedViewCreated::Texts{"Hot leads",
                                                      "persons",
                                                      "table",
                                                      {R"(["name",{"w":1.50}])"},
                                                      {R"({"b":1,"a":2})"},
                                                      {"[]"},
                                                      {R"("")"},
                                                      {"{}"}}};
  SavedViewUpdated grouped;
  grouped.id = SavedViewId{1};
  SavedViewUpdated::Texts regrouped;
  regrouped.type = "board";
  regrouped.group_by = JsonText{R"("stage")"};
  grouped.texts = {kAcmeSlot, regrouped};
  auto scenario = given(contacts());
  scenario
      .when(CreateView::from(json(
          R"({"object_type":"persons","name":" Hot leads ","columns":["name", {"w":1.50}],"filters":{"b":1,"a":2}})")))
      .then({created})
      .shows(RecordShown{"saved_view", 1, true});
  scenario.by(tenant_admin());
  scenario
      .when(UpdateRecord<SavedView>::from(
          SavedViewId{1}, json(R"({"type":"board","group_by":"stage","filters":{"b":1,"a":2}})"), Write::patch))
      .then({grouped});
}

TEST_CASE("a saved view's fields are refused all at once, in the schema's order", "[commands]") {
  given(contacts())
      .when(CreateView::from(json(R"({"name":"","type":")" + std::string(65, 'x') + "\"}")))
      .then_fields(R"({"object_type":["This field is required."],"name":["This field may not be blank."],)"
                   R"("type":["Ensure this field has no more than 64 characters."]})");
}

}  // namespace
}  // namespace annals::test::workspace_test
