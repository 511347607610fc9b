#include "projections/record_walk.hpp"

#include <catch2/catch.hpp>

#include "projections/world.hpp"

namespace annals::record_walk_test {
using namespace annals::test;

namespace {

std::vector<std::string> names_of_persons(World& world) {
  std::vector<std::string> names;
  walk_persons(world.store.latest(), kMain, [&](const PersonRecord& person) { names.push_back(person.details.name); });
  return names;
}

}  // namespace

TEST_CASE("every person that is there is walked past once, in the order of creation", "[projections]") {
  World world;
  std::vector<std::string> expected;
  // More than are read at a time, and as many again.
  for (std::uint64_t number = 1; number <= 600; ++number) {
    const auto name = "Person " + std::to_string(number);
    world.commit({created_person(number, name)});
    expected.push_back(name);
  }
  world.commit(kOther, {created_person(1000, "Elsewhere")});
  CHECK(names_of_persons(world) == expected);
  CHECK(records_ever(world.store.latest(), kMain) == 600);
  world.commit({PersonDeleted{person_id(300)}});
  world.erase(kMain, person_slot(1));
  expected.erase(expected.begin() + 299);
  expected.erase(expected.begin());
  CHECK(names_of_persons(world) == expected);
  CHECK(records_ever(world.store.latest(), kMain) == 600);
}

TEST_CASE("a person whose organization is deleted is walked past as belonging to none", "[projections]") {
  World world;
  world.commit({created_organization(5, "US Navy")});
  world.commit({created_organization(6, "Analytical Engines")});
  for (const std::uint64_t number : {1, 2}) {
    auto person = created_person(number, "Person");
    person.organization = organization_id(4 + number);
    world.commit({person});
  }
  world.commit({OrganizationDeleted{organization_id(5)}});
  std::vector<std::optional<OrganizationId>> organizations;
  walk_persons(world.store.latest(), kMain,
               [&](const PersonRecord& person) { organizations.push_back(person.organization); });
  CHECK(organizations == std::vector<std::optional<OrganizationId>>{std::nullopt, organization_id(6)});
  std::vector<std::string> names;
  walk_organizations(world.store.latest(), kMain,
                     [&](const OrganizationRecord& organization) { names.push_back(organization.details.name); });
  CHECK(names == std::vector<std::string>{"Analytical Engines"});
  CHECK(records_ever(world.store.latest(), kMain) == 4);
}

}  // namespace annals::record_walk_test
