#include <catch2/catch.hpp>

#include "projections/world.hpp"

namespace annals::platform_views_test {
using namespace annals::test;

TEST_CASE("users are found by id, username and email in any ASCII case", "[projections]") {
  World world;
  open_main(world);
  const auto& views = world.store.latest();
  CHECK(read_user(views, UserId{12})->details == UserDetails{"vic", "Vic@Example.org", "Vic Viewer"});
  CHECK(user_with_username(views, world.digester, "VIC") == UserId{12});
  CHECK(user_with_email(views, world.digester, "vic@example.ORG") == UserId{12});
  CHECK_FALSE(user_with_username(views, world.digester, "victor"));
  CHECK_FALSE(user_with_email(views, world.digester, ""));
  CHECK(next_user_id(views) == UserId{13});
  CHECK(world.live->username(UserId{11}) == "ada");
  CHECK_FALSE(world.live->username(UserId{99}));
}

TEST_CASE("a user is shown with whether it is active", "[projections]") {
  World world;
  open_main(world);
  CHECK(world.live->user(UserId{12})->json ==
        R"({"id":12,"username":"vic","email":"Vic@Example.org","name":"Vic Viewer","active":true})");
  CHECK(world.live->user(UserId{12})->etag == "\"1\"");
  CHECK_FALSE(world.live->user(UserId{99}));
  world.commit(kSystemPlatform, {UserDeactivated{UserId{12}}});
  CHECK(world.answer.status == 200);
  CHECK(world.answer.body == world.live->user(UserId{12})->json);
  CHECK(world.answer.etag == "\"2\"");
  CHECK(world.answer.body.ends_with(R"("active":false})"));
  CHECK(user_with_email(world.store.latest(), world.digester, "vic@example.org") == UserId{12});
  CHECK_FALSE(read_user_row(world.store.latest(), UserId{12})->active);
}

TEST_CASE("a user without an email is found by none", "[projections]") {
  World world;
  world.commit(kSystemPlatform, {created_user(1, "nomail", "", "No Mail")});
  CHECK_FALSE(user_with_email(world.store.latest(), world.digester, ""));
  CHECK(world.answer.status == 201);
  CHECK(world.answer.body == R"({"id":1,"username":"nomail","email":"","name":"No Mail"})");
}

TEST_CASE("a platform is registered under its key and opened by its own log", "[projections]") {
  World world;
  world.commit(kSystemPlatform, {registered_platform(kMain, "main", "The Main Platform")});
  CHECK(world.answer.body == R"({"id":7,"key":"main","name":"The Main Platform"})");
  CHECK(world.answer.status == 201);
  const auto& views = world.store.latest();
  CHECK(platform_with_key(views, world.digester, "main") == kMain);
  CHECK(next_platform_id(views) == PlatformId{8});
  CHECK(read_registered_platform(views, kMain)->details.name == "The Main Platform");
  CHECK_FALSE(read_own_platform(views, kMain));
  world.commit({opened_platform("main", "The Main Platform")});
  CHECK(read_own_platform(views, kMain)->slot == kPlatformSlot);
  CHECK(stream_version(views, kMain, PlatformOpened{}) == StreamVersion{1});
  CHECK(world.live->platform_with_key("main") == kMain);
  CHECK(world.live->platform_key(kMain) == "main");
  CHECK(world.live->platform_key(kSystemPlatform) == "system");
  CHECK_FALSE(world.live->platform_with_key("system"));
  CHECK_FALSE(world.live->platform_with_key("nowhere"));
}

TEST_CASE("a membership keeps what a change does not name", "[projections]") {
  World world;
  open_main(world);
  MemberChanged change;
  change.user = UserId{12};
  change.is_staff = true;
  change.expires_at = std::optional<Timestamp>(parse_time("2031-01-02")->at);
  world.commit({change});
  CHECK(world.answer.status == 200);
  CHECK(world.answer.body == R"({"user_id":12,"platform_key":"main","is_admin":false,"is_staff":true,"active":true,)"
                             R"("added_on":"2026-06-04T14:22:15.000007Z","expired_on":"2031-01-02T00:00:00.000000Z"})");
  const auto member = read_member(world.store.latest(), kMain, UserId{12});
  CHECK(member->details.email == "copy12@example.org");
  CHECK(member->version == StreamVersion{2});
  change.expires_at = std::optional<Timestamp>();
  world.commit({change});
  CHECK_FALSE(read_member(world.store.latest(), kMain, UserId{12})->expires_at);
}

TEST_CASE("the members are listed with their users' names and their roles", "[projections]") {
  World world;
  open_main(world);
  const auto page = world.live->members(kMain, "", {}, world.now);
  REQUIRE(page);
  CHECK(page->count == 2);
  CHECK(records_of(*page) ==
        std::vector<std::string>{
            R"({"user_id":12,"username":"vic","email":"Vic@Example.org","name":"Vic Viewer","is_admin":false,)"
            R"("is_staff":false,"active":true,"added_on":"2026-06-04T14:22:15.000007Z","roles":["CRM Viewer"]})",
            R"({"user_id":11,"username":"ada","email":"ada@example.org","name":"Ada Admin","is_admin":true,)"
            R"("is_staff":false,"active":true,"added_on":"2026-06-04T14:22:14.000006Z","roles":["Tenant Admin"]})"});
  CHECK(world.live->members(kMain, "VIEWER", {}, world.now)->count == 1);
  CHECK(world.live->members(kMain, "EXAMPLE.org", {}, world.now)->count == 2);
  CHECK(world.live->members(kMain, "nobody", {}, world.now)->results == "[]");
  CHECK(world.live->members(kMain, "", {2, 1, std::nullopt}, world.now)->results.find("\"ada\"") != std::string::npos);
  CHECK(world.live->members(kMain, "", {1, 50, Ordinal{1}}, world.now)->count == 1);
  CHECK(world.live->members(kMain, "", {3, 1, std::nullopt}, world.now).error().code == ProblemCode::invalid_page);
  CHECK(world.live->members(kOther, "", {}, world.now)->count == 0);
}

TEST_CASE("roles and policies are found by id and name and shown in full", "[projections]") {
  World world;
  open_main(world);
  world.commit({created_role(3, "Custom", {"Ibl.CRM/Invite/action"})});
  CHECK(world.answer.body == R"({"id":3,"name":"Custom","platform_key":"main",)"
                             R"("actions":["Ibl.CRM/Invite/action"],"is_internal":false})");
  CHECK(world.answer.etag == "\"1\"");
  const auto& views = world.store.latest();
  CHECK(role_named(views, kMain, world.digester, "Custom")->id == RoleId{3});
  CHECK(next_role_id(views, kMain) == RoleId{4});
  RoleUpdated update{RoleId{3}, {kPlatformSlot, RoleDetailsChange{"Renamed", {}}}};
  world.commit({update});
  CHECK_FALSE(role_named(views, kMain, world.digester, "Custom"));
  CHECK(role_named(views, kMain, world.digester, "Renamed")->details.actions.size() == 1);
  CHECK(role_in_use(views, kMain, RoleId{1}));
  CHECK_FALSE(role_in_use(views, kMain, RoleId{3}));

  world.commit({created_policy(2, "inviters", 3, {UserId{12}, UserId{11}})});
  CHECK(world.answer.body == R"({"id":2,"name":"inviters","role_id":3,"platform_key":"main","resources":[],)"
                             R"("users":[11,12]})");
  CHECK(role_in_use(views, kMain, RoleId{3}));
  PolicyUpdated move;
  move.policy = PolicyId{2};
  move.role = RoleId{2};
  move.users_added = {UserId{13}};
  move.users_removed = {UserId{11}};
  move.details = Sealed<PolicyDetailsChange>{kPlatformSlot, PolicyDetailsChange{{}, JsonText{R"(["x"])"}}};
  world.commit({move});
  const auto policy = read_policy(views, kMain, PolicyId{2});
  CHECK(policy->users == std::vector<UserId>{UserId{12}, UserId{13}});
  CHECK(policy->role == RoleId{2});
  CHECK(policy->details == PolicyDetails{"inviters", JsonText{R"(["x"])"}});
  CHECK_FALSE(role_in_use(views, kMain, RoleId{3}));
  CHECK(policy_named(views, kMain, world.digester, "inviters")->version == StreamVersion{2});

  world.commit({PolicyDeleted{PolicyId{2}}});
  CHECK_FALSE(read_policy(views, kMain, PolicyId{2}));
  CHECK_FALSE(policy_named(views, kMain, world.digester, "inviters"));
  CHECK_FALSE(role_in_use(views, kMain, RoleId{2}));
  CHECK(next_policy_id(views, kMain) == PolicyId{3});
  world.commit({RoleDeleted{RoleId{3}}});
  CHECK_FALSE(read_role(views, kMain, RoleId{3}));
  CHECK_FALSE(world.live->role(kMain, RoleId{3}));
  CHECK(next_role_id(views, kMain) == RoleId{4});
  CHECK(world.live->roles(kMain).size() == 2);
  CHECK(world.live->policies(kMain).size() == 1);
  CHECK(world.live->role(kMain, RoleId{2})->json.find("CRM Manager") != std::string::npos);
}

TEST_CASE("a key's name is free again once it is revoked", "[projections]") {
  World world;
  open_main(world);
  const auto& views = world.store.latest();
  CHECK(api_key_named(views, kMain, world.digester, "viewer key")->user == UserId{12});
  CHECK(world.live->api_key_owner(kMain, "viewer key") == UserId{12});
  CHECK(world.live->api_keys(kMain, std::nullopt).size() == 2);
  CHECK(world.live->api_keys(kMain, UserId{12}) ==
        std::vector<std::string>{
            R"({"username":"vic","name":"viewer key","platform_key":"main",)"
            R"("created":"2026-06-04T14:22:17.000010Z","expires":null,"roles":[],"last_used":null})"});
  world.commit({ApiKeyRevoked{KeyId{2}}});
  CHECK_FALSE(api_key_named(views, kMain, world.digester, "viewer key"));
  CHECK_FALSE(world.live->api_key_owner(kMain, "viewer key"));
  CHECK(world.live->api_keys(kMain, UserId{12}).empty());
  CHECK(read_api_key(views, kMain, KeyId{2})->revoked);
  CHECK(next_key_id(views, kMain) == KeyId{3});
}

TEST_CASE("a new key is shown once, with its secret", "[projections]") {
  World world;
  open_main(world);
  auto key = issued_key(3, 12, "third", "third secret");
  key.expires_at = parse_time("2027-02-03T04:05:06Z")->at;
  key.roles = {RoleId{1}};
  world.commit({key});
  const auto shown = render(ApiKeyShown{KeyId{3}, "third secret"}, kMain, world.store.latest(), world.now);
  CHECK(shown.status == 201);
  CHECK(shown.body == R"({"username":"vic","name":"third","key":"third secret","platform_key":"main",)"
                      R"("created":"2026-06-04T14:22:18.000011Z","expires":"2027-02-03T04:05:06.000000Z"})");
}

TEST_CASE("the platforms that somebody belongs to are listed", "[projections]") {
  World world;
  open_main(world);
  world.commit(kSystemPlatform, {registered_platform(kOther, "other", "The Other")});
  world.commit(kOther, {opened_platform("other", "The Other")});
  CHECK(world.live->platforms_of(UserId{12}, false, world.now) ==
        std::vector<std::string>{R"({"id":7,"key":"main","name":"The Main Platform"})"});
  CHECK(world.live->platforms_of(UserId{12}, true, world.now).size() == 2);
  CHECK(world.live->platforms_of(UserId{99}, false, world.now).empty());
}

}  // namespace annals::platform_views_test
