#include <catch2/catch.hpp>

#include "projections/world.hpp"

namespace annals::organization_directory_test {
using namespace annals::test;

namespace {

OrganizationCreated acme() {
  auto event = created_organization(1, "Acme & Söhne");
  event.owner = UserId{11};
  event.details.data->address = JsonText{R"({"city":"Wien"})"};
  event.details.data->metadata = JsonText{R"([true])"};
  return event;
}

OrganizationUpdated renamed(const std::string& name) {
  OrganizationUpdated event;
  event.organization = organization_id(1);
  event.details = Sealed<OrganizationDetailsChange>{organization_slot(1), OrganizationDetailsChange{name, {}, {}}};
  return event;
}

std::optional<OrganizationId> named(const World& world, std::string_view name) {
  return organization_named(world.store.latest(), kMain, world.digester, name);
}

}  // namespace

TEST_CASE("an organization is sent exactly as the API writes it", "[projections]") {
  World world;
  world.commit({acme()});
  const auto shown = world.live->organization(kMain, organization_id(1));
  REQUIRE(shown);
  CHECK(shown->json == R"({"id":"b2000000-0000-0000-0000-000000000001","platform":7,"name":"Acme & Söhne",)"
                       R"("address":{"city":"Wien"},"owner":11,"tags":[],"metadata":[true],)"
                       R"("created_at":"2026-06-04T14:22:11.000000Z","updated_at":"2026-06-04T14:22:11.000000Z"})");
  CHECK(shown->etag == "\"1\"");
  CHECK(world.answer == Answer{201, shown->json, "\"1\"", false});
}

TEST_CASE("an organization's name moves with it, and is free once it is deleted", "[projections]") {
  World world;
  world.commit({acme()});
  CHECK(named(world, "Acme & Söhne") == organization_id(1));
  CHECK_FALSE(named(world, "acme & söhne"));
  world.commit({renamed("Emca")});
  CHECK_FALSE(named(world, "Acme & Söhne"));
  CHECK(named(world, "Emca") == organization_id(1));
  const auto organization = read_organization(world.store.latest(), kMain, organization_id(1));
  CHECK(organization->details.address == JsonText{R"({"city":"Wien"})"});
  CHECK(organization->owner == UserId{11});
  CHECK(organization->version == StreamVersion{2});
  CHECK(organization->updated_at > organization->created_at);
  world.commit({OrganizationDeleted{organization_id(1)}});
  CHECK_FALSE(named(world, "Emca"));
  CHECK_FALSE(organization_exists(world.store.latest(), kMain, organization_id(1)));
  CHECK_FALSE(world.live->organization_exists(kMain, organization_id(1)));
  CHECK_FALSE(world.live->organization(kMain, organization_id(1)));
  CHECK(stream_version(world.store.latest(), kMain, OrganizationDeleted{organization_id(1)}) == StreamVersion{3});
}

TEST_CASE("an organization's owner can be taken away", "[projections]") {
  World world;
  world.commit({acme()});
  OrganizationUpdated update;
  update.organization = organization_id(1);
  update.owner = std::optional<UserId>();
  world.commit({update});
  CHECK(world.answer.body.find(R"("owner":null)") != std::string::npos);
  CHECK_FALSE(read_organization(world.store.latest(), kMain, organization_id(1))->owner);
}

}  // namespace annals::organization_directory_test
