#include "scenario.hpp"

namespace annals::test::organization_test {
namespace {

CreateOrganization creation(std::string_view body) {
  return CreateOrganization::from(json(body));
}
UpdateOrganization patch(unsigned n, std::string_view body) {
  return UpdateOrganization::from(organization_id(n), json(body), Write::patch);
}
UpdateOrganization replacement(unsigned n, std::string_view body) {
  return UpdateOrganization::from(organization_id(n), json(body), Write::replace);
}

std::vector<Event> engines() {
  auto engines = organization(1, "Engines");
  engines.owner = UserId{7};
  engines.metadata_keys = {metadata_key("size")};
  engines.details.data->address = {R"({"city":"London"})"};
  engines.details.data->metadata = {R"({"size":3})"};
  return acme() + std::vector<Event>{engines};
}
OrganizationUpdated updated(OrganizationDetailsChange change) {
  OrganizationUpdated event;
  event.organization = organization_id(1);
  event.details = Sealed<OrganizationDetailsChange>{SlotId{601}, std::move(change)};
  return event;
}

constexpr const char* kTaken = R"({"name":["organization with this name already exists."]})";

TEST_CASE("an organization is created with what was sent", "[commands]") {
  OrganizationCreated created;
  created.organization = new_organization(1);
  created.owner = UserId{2};
  created.metadata_keys = {metadata_key("k")};
  created.details = {SlotId{1001}, OrganizationDetails{"Looms", {R"(["a"])"}, {R"({"k":1})"}}};
  given(engines())
      .when(creation(R"({"name":"\tLooms","address":["a"],"owner":2,"metadata":{"k":1}})"))
      .then({created})
      .shows(OrganizationShown{new_organization(1), true});

  OrganizationCreated bare;
  bare.organization = new_organization(1);
  bare.details = {SlotId{1001}, OrganizationDetails{"Looms", {"{}"}, {"{}"}}};
  given(acme()).when(creation(R"({"name":"Looms"})")).then({bare});
}

TEST_CASE("an organization's name is unique in its platform, case-sensitively", "[commands]") {
  given(engines()).when(creation(R"({"name":" Engines "})")).then_fields(kTaken);
  const auto created = [](Scenario scenario, std::string_view name) {
    scenario.when(creation(R"({"name":)" + quote_json(name) + "}"));
    return scenario.decided()->has_value();
  };
  CHECK(created(given(engines()), "engines"));
  CHECK(created(given(engines() + std::vector<Event>{OrganizationDeleted{organization_id(1)}}), "Engines"));
  Scenario elsewhere;
  elsewhere.given(acme()).given_elsewhere({organization(1, "Engines")});
  CHECK(created(std::move(elsewhere), "Engines"));

  const auto two = engines() + std::vector<Event>{organization(2, "Looms")};
  given(two).when(patch(2, R"({"name":"Engines"})")).then_fields(kTaken);
  given(two).when(replacement(2, R"({"name":"Engines"})")).then_fields(kTaken);
  given(two).when(patch(1, R"({"name":"Engines"})")).then_nothing();
  given(two).when(patch(1, R"({"name":"Mills"})")).when(creation(R"({"name":"Mills"})")).then_fields(kTaken);
}

TEST_CASE("an organization's faults come together", "[commands]") {
  given(engines())
      .when(creation(R"({"owner":99,"name":"Engines"})"))
      .then_fields(
          R"({"name":["organization with this name already exists."],"owner":["Invalid pk \"99\" - object does not exist."]})");
}

TEST_CASE("an organization's update records only what changed", "[commands]") {
  given(engines())
      .when(patch(1, R"({"name":"Mills"})"))
      .then({updated(with(&OrganizationDetailsChange::name, "Mills"))})
      .shows(OrganizationShown{organization_id(1), false});
  given(engines())
      .when(patch(1, R"({"address":null})"))
      .then({updated(with(&OrganizationDetailsChange::address, JsonText{"null"}))});
  auto other = updated(with(&OrganizationDetailsChange::metadata, JsonText{R"({"age":4})"}));
  other.metadata_keys = {metadata_key("age")};
  given(engines()).when(patch(1, R"({"metadata":{"age":4}})")).then({other});
  given(engines())
      .when(patch(1, R"({"metadata":{"size":4}})"))
      .then({updated(with(&OrganizationDetailsChange::metadata, JsonText{R"({"size":4})"}))});
  OrganizationUpdated nobody;
  nobody.organization = organization_id(1);
  nobody.owner.emplace();
  given(engines()).when(patch(1, R"({"owner":null})")).then({nobody});
  auto reset = updated({std::nullopt, JsonText{"{}"}, JsonText{"{}"}});
  reset.owner.emplace();
  reset.metadata_keys.emplace();
  given(engines()).when(replacement(1, R"({"name":"Engines"})")).then({reset});
}

TEST_CASE("an organization's update that changes nothing records nothing", "[commands]") {
  const auto* whole = R"({"name":"Engines","address":{"city":"London"},"owner":7,"metadata":{"size":3}})";
  given(engines()).when(patch(1, "{}")).then_nothing();
  given(engines()).when(replacement(1, whole)).then_nothing().shows(OrganizationShown{organization_id(1), false});
}

TEST_CASE("deleting an organization is one event, whoever belongs to it", "[commands]") {
  auto ada = person(1, "Ada");
  ada.organization = organization_id(1);
  auto scenario = given(engines() + std::vector<Event>{ada});
  scenario.when(DeleteOrganization{organization_id(1)})
      .then({OrganizationDeleted{organization_id(1)}})
      .shows(NothingShown{});
  CHECK_FALSE(scenario.state().person(person_id(1))->organization);
  CHECK(scenario.state().person(person_id(1))->version == StreamVersion{1});
}

TEST_CASE("writing an organization is refused in this order", "[commands]") {
  const StreamVersion stale{8};
  given(engines()).if_match({stale}).when(patch(5, R"({"name":""})")).then_problem(ProblemCode::not_found);
  given(engines()).if_match({stale}).when(patch(1, R"({"name":""})")).then_problem(ProblemCode::version_conflict);
  given(engines())
      .if_match({StreamVersion{1}})
      .when(patch(1, R"({"name":""})"))
      .then_problem(ProblemCode::invalid_fields);
  given(engines()).if_match({stale}).when(DeleteOrganization{organization_id(5)}).then_problem(ProblemCode::not_found);
  given(engines())
      .if_match({stale})
      .when(DeleteOrganization{organization_id(1)})
      .then_problem(ProblemCode::version_conflict);
}

}  // namespace
}  // namespace annals::test::organization_test
