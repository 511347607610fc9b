#include <catch2/catch.hpp>

#include "projections/access_table.hpp"
#include "projections/world.hpp"

namespace annals::access_test {
using namespace annals::test;

namespace {

std::shared_ptr<const Caller> caller(const World& world, std::string_view secret) {
  return world.live->caller(sha256(secret), world.now);
}

/// What the list of members says under `active`, the newest first.
std::string activity_of_members(const World& world) {
  std::string all;
  for (const auto& record : records_of(*world.live->members(kMain, "", {}, world.now))) {
    for (const auto& [name, value] : json_members(record)) {
      if (name == "active") all += (all.empty() ? "" : " ") + std::string(value);
    }
  }
  return all;
}

MemberChanged changed_member(std::uint64_t user) {
  MemberChanged change;
  change.user = UserId{user};
  return change;
}

}  // namespace

TEST_CASE("a key speaks for its user with the rights of the user's roles", "[projections]") {
  World world;
  open_main(world);
  const auto viewer = caller(world, "viewer secret");
  REQUIRE(viewer);
  CHECK(viewer->platform == kMain);
  CHECK(viewer->platform_key == "main");
  CHECK(viewer->user == UserId{12});
  CHECK(viewer->username == "vic");
  CHECK(viewer->key == KeyId{2});
  CHECK_FALSE(viewer->superuser);
  CHECK(viewer->grants.allow("Ibl.CRM/Persons/read"));
  CHECK_FALSE(viewer->grants.allow("Ibl.CRM/Persons/write"));
  CHECK(caller(world, "admin secret")->is_tenant_admin());
  CHECK_FALSE(caller(world, "another secret"));
}

TEST_CASE("rights are the union over policies and change with them at once", "[projections]") {
  World world;
  open_main(world);
  world.commit({created_policy(2, "managers", 2, {UserId{12}})});
  CHECK(caller(world, "viewer secret")->grants ==
        Grants({"Ibl.CRM/*", "Ibl.CRM/Persons/list", "Ibl.CRM/Persons/read"}));
  world.commit({RoleUpdated{RoleId{2}, {kPlatformSlot, RoleDetailsChange{{}, {{"Ibl.CRM/Deals/read"}}}}}});
  CHECK(caller(world, "viewer secret")->grants.allow("Ibl.CRM/Deals/read"));
  CHECK_FALSE(caller(world, "viewer secret")->grants.allow("Ibl.CRM/Persons/write"));
  world.commit({PolicyDeleted{PolicyId{2}}});
  CHECK_FALSE(caller(world, "viewer secret")->grants.allow("Ibl.CRM/Deals/read"));
  PolicyUpdated update;
  update.policy = PolicyId{1};
  update.users_removed = {UserId{12}};
  world.commit({update});
  CHECK(caller(world, "viewer secret")->grants == Grants());
}

TEST_CASE("a member who is made admin holds everything until that ends", "[projections]") {
  World world;
  open_main(world);
  auto change = changed_member(12);
  change.is_admin = true;
  world.commit({change});
  CHECK(caller(world, "viewer secret")->is_tenant_admin());
  change.is_admin = false;
  world.commit({change});
  CHECK_FALSE(caller(world, "viewer secret")->is_tenant_admin());
}

TEST_CASE("a deactivated user's keys speak for nobody, and the member is listed as inactive", "[projections]") {
  World world;
  open_main(world);
  const auto known = world.live->caller(sha256("viewer secret"), world.now);
  REQUIRE(known);
  world.commit(kSystemPlatform, {UserDeactivated{UserId{12}}});
  CHECK_FALSE(caller(world, "viewer secret"));
  CHECK_FALSE(world.live->still_holds(*known, world.now));
  CHECK(caller(world, "admin secret"));
  CHECK(world.live->grants(kMain, UserId{12}, world.now) == Grants());
  CHECK(world.live->platforms_of(UserId{12}, false, world.now).empty());
  CHECK(activity_of_members(world) == "false true");
  CHECK_FALSE(world.reloaded()->caller(sha256("viewer secret"), world.now));
  world.commit(kSystemPlatform, {UserReactivated{UserId{12}}});
  CHECK(caller(world, "viewer secret"));
  CHECK(activity_of_members(world) == "true true");
}

TEST_CASE("a membership that has run out is listed as inactive, and its platform is none of the user's",
          "[projections]") {
  World world;
  open_main(world);
  auto change = changed_member(12);
  const auto end = world.now + std::chrono::minutes(5);
  change.expires_at = std::optional<Timestamp>(end);
  world.commit({change});
  CHECK(activity_of_members(world) == "true true");
  CHECK(world.live->platforms_of(UserId{12}, false, end - std::chrono::microseconds(1)).size() == 1);
  CHECK(world.live->platforms_of(UserId{12}, false, end).empty());
  world.now = end;
  CHECK(activity_of_members(world) == "false true");
}

TEST_CASE("an inactive member's key speaks for nobody", "[projections]") {
  World world;
  open_main(world);
  auto change = changed_member(12);
  change.active = false;
  world.commit({change});
  CHECK_FALSE(caller(world, "viewer secret"));
  CHECK(world.live->grants(kMain, UserId{12}, world.now) == Grants());
  change.active = true;
  world.commit({change});
  CHECK(caller(world, "viewer secret"));
}

TEST_CASE("a membership is over at its expiry", "[projections]") {
  World world;
  open_main(world);
  auto change = changed_member(12);
  const auto end = world.now + std::chrono::hours(1);
  change.expires_at = std::optional<Timestamp>(end);
  world.commit({change});
  const auto before = end - std::chrono::microseconds(1);
  CHECK(world.live->caller(sha256("viewer secret"), before));
  CHECK_FALSE(world.live->caller(sha256("viewer secret"), end));
  CHECK_FALSE(world.live->grants(kMain, UserId{12}, before).patterns().empty());
  CHECK(world.live->grants(kMain, UserId{12}, end).patterns().empty());
}

TEST_CASE("a key is over at its expiry and when it is revoked", "[projections]") {
  World world;
  open_main(world);
  auto key = issued_key(3, 11, "short", "short secret");
  const auto end = world.now + std::chrono::hours(2);
  key.expires_at = end;
  world.commit({key});
  CHECK(world.live->caller(sha256("short secret"), end - std::chrono::microseconds(1)));
  CHECK_FALSE(world.live->caller(sha256("short secret"), end));
  CHECK(caller(world, "admin secret"));
  world.commit({ApiKeyRevoked{KeyId{1}}});
  CHECK_FALSE(caller(world, "admin secret"));
  CHECK(caller(world, "short secret"));
}

TEST_CASE("a known caller holds until anybody's access changes", "[projections]") {
  World world;
  open_main(world);
  const auto known = world.live->caller(sha256("viewer secret"), world.now);
  REQUIRE(known);
  CHECK(world.live->still_holds(*known, world.now));
  CHECK(known->until == Timestamp::max());
  world.commit({ApiKeyRevoked{KeyId{1}}});
  CHECK_FALSE(world.live->still_holds(*known, world.now));
  const auto again = world.live->caller(sha256("viewer secret"), world.now);
  REQUIRE(again);
  CHECK(world.live->still_holds(*again, world.now));
  world.live->load(std::vector{kSystemPlatform, kMain}, {});
  CHECK_FALSE(world.live->still_holds(*again, world.now));
}

TEST_CASE("a known caller holds until its key or its membership is over, whichever comes first", "[projections]") {
  World world;
  open_main(world);
  const auto first = world.now + std::chrono::hours(1);
  const auto second = world.now + std::chrono::hours(2);
  const auto key_ends = GENERATE(true, false);
  auto key = issued_key(3, 12, "short", "short secret");
  key.expires_at = key_ends ? first : second;
  auto change = changed_member(12);
  change.expires_at = std::optional<Timestamp>(key_ends ? second : first);
  world.commit({key});
  world.commit({change});
  const auto known = world.live->caller(sha256("short secret"), world.now);
  REQUIRE(known);
  CHECK(known->until == first);
  CHECK(world.live->still_holds(*known, first - std::chrono::microseconds(1)));
  CHECK_FALSE(world.live->still_holds(*known, first));
}

TEST_CASE("a key that names roles is narrowed to them", "[projections]") {
  World world;
  open_main(world);
  auto of_admin = issued_key(3, 11, "narrow admin", "narrow admin secret");
  of_admin.roles = {RoleId{1}};
  auto of_viewer = issued_key(4, 12, "wide viewer", "wide viewer secret");
  of_viewer.roles = {RoleId{2}};
  auto of_gone = issued_key(5, 12, "gone role", "gone role secret");
  of_gone.roles = {RoleId{9}};
  auto of_root = issued_key(6, 11, "narrow root", "narrow root secret");
  of_root.roles = {RoleId{1}};
  of_root.superuser = true;
  world.commit({of_admin, of_viewer, of_gone, of_root});
  const Grants viewing({"Ibl.CRM/Persons/list", "Ibl.CRM/Persons/read"});
  CHECK(caller(world, "narrow admin secret")->grants == viewing);
  CHECK(caller(world, "wide viewer secret")->grants == viewing);
  CHECK(caller(world, "gone role secret")->grants == Grants());
  CHECK(caller(world, "narrow root secret")->grants == viewing);
  CHECK_FALSE(caller(world, "narrow root secret")->superuser);
}

TEST_CASE("a superuser's key may do everything", "[projections]") {
  World world;
  open_main(world);
  auto key = issued_key(3, 12, "root", "root secret");
  key.superuser = true;
  world.commit({key});
  CHECK(caller(world, "root secret")->superuser);
  CHECK(caller(world, "root secret")->grants.allow(kTenantAdmin));
  CHECK_FALSE(caller(world, "viewer secret")->superuser);
}

TEST_CASE("in another platform one may do what one's membership there allows", "[projections]") {
  World world;
  open_main(world);
  world.commit(kOther, {opened_platform("other", "Other"), created_role(1, "R", {"Ibl.CRM/Tags/read"})});
  CHECK(world.live->grants(kOther, UserId{12}, world.now) == Grants());
  world.commit(kOther, {added_member(12), created_policy(1, "P", 1, {UserId{12}})});
  CHECK(world.live->grants(kOther, UserId{12}, world.now) == Grants({"Ibl.CRM/Tags/read"}));
}

TEST_CASE("what two sets of patterns share is found whichever is wider", "[projections]") {
  using Patterns = std::vector<std::string>;
  CHECK(common_patterns({"Ibl.*"}, {"Ibl.CRM/Deals/read"}) == Patterns{"Ibl.CRM/Deals/read"});
  CHECK(common_patterns({"Ibl.CRM/Deals/*"}, {"Ibl.CRM/*"}) == Patterns{"Ibl.CRM/Deals/*"});
  CHECK(common_patterns({"Ibl.CRM/Deals/*"}, {"Ibl.CRM/Deals/*"}) == Patterns{"Ibl.CRM/Deals/*"});
  CHECK(common_patterns({"Ibl.CRM/Deals/read"}, {"Ibl.CRM/Tags/read"}).empty());
  CHECK(common_patterns({}, {"Ibl.*"}).empty());
}

TEST_CASE("access loaded from the views is as access published", "[projections]") {
  World world;
  open_main(world);
  world.commit({created_policy(2, "managers", 2, {UserId{12}})});
  world.commit({ApiKeyRevoked{KeyId{1}}});
  const auto reloaded = world.reloaded();
  CHECK_FALSE(reloaded->caller(sha256("admin secret"), world.now));
  CHECK(reloaded->caller(sha256("viewer secret"), world.now)->grants == caller(world, "viewer secret")->grants);
  CHECK(reloaded->members(kMain, "", {}, world.now)->results == world.live->members(kMain, "", {}, world.now)->results);
  CHECK(reloaded->platform_with_key("main") == kMain);
}

}  // namespace annals::access_test
