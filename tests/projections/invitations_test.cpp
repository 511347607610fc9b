#include <catch2/catch.hpp>

#include "projections/world.hpp"

namespace annals::invitations_test {
using namespace annals::test;

namespace {

std::vector<std::string> ids_of(const Page& page) {
  std::vector<std::string> ids;
  for (const auto& record : records_of(page)) ids.push_back(record.substr(6, record.find(',') - 6));
  return ids;
}

}  // namespace

TEST_CASE("a person's invitation is answered as the invite has it", "[projections]") {
  World world;
  open_main(world);
  world.commit({created_person(1, "Guest")});
  auto issued = issued_invitation(1, 1, "guest@example.org", world.now + std::chrono::hours(720));
  world.commit({issued});
  CHECK(world.answer.status == 201);
  CHECK(world.answer.body == R"({"person_id":"a1000000-0000-0000-0000-000000000001","invitation_id":1,)"
                             R"("invitation_email":"guest@example.org","platform_key":"main","auto_accept":true,)"
                             R"("active":true,"redirect_to":null,"created":"2026-06-04T14:22:19.000012Z"})");
  issued = issued_invitation(2, 1, "guest2@example.org", world.now);
  issued.details.data->redirect_to = "/welcome";
  world.commit({InvitationExpired{InvitationId{1}}, issued});
  CHECK(world.answer.body.find(R"("redirect_to":"/welcome")") != std::string::npos);
}

TEST_CASE("an invitation without a person is answered as the list has it", "[projections]") {
  World world;
  open_main(world);
  auto issued = issued_invitation(1, std::nullopt, "guest@example.org", parse_time("2026-07-04T00:00:00Z")->at);
  issued.details.data->metadata = JsonText{R"({"k":2})"};
  world.commit({issued});
  CHECK(world.answer.body ==
        R"({"id":1,"user_id":null,"username":null,"email":"guest@example.org",)"
        R"("created":"2026-06-04T14:22:18.000011Z","started":"2026-06-04T14:22:18.000011Z",)"
        R"("expired":"2026-07-04T00:00:00.000000Z","source":"platform","redirect_to":null,"active":true,)"
        R"("metadata":{"k":2},"platform_key":"main"})");
}

TEST_CASE("an open invitation is found by its email in any ASCII case until it ends", "[projections]") {
  World world;
  const auto end = world.now + std::chrono::hours(24);
  world.commit({issued_invitation(1, 1, "Guest@Example.org", end)});
  const auto& views = world.store.latest();
  const auto open = [&] { return open_invitation(views, kMain, world.digester, "guest@example.ORG"); };
  REQUIRE(open());
  CHECK(open()->id == InvitationId{1});
  CHECK(open()->details->email == "Guest@Example.org");
  CHECK(world.live->active_invitation_exists(kMain, "GUEST@example.org", world.now));
  CHECK(world.live->active_invitation_exists(std::nullopt, "guest@example.org", world.now));
  CHECK_FALSE(world.live->active_invitation_exists(kMain, "guest@example.org", end));
  CHECK_FALSE(world.live->active_invitation_exists(kOther, "guest@example.org", world.now));
  CHECK(world.live->active_invitations() == 1);
  world.commit({InvitationRevoked{InvitationId{1}}});
  CHECK(world.answer == Answer{204, "", "", false});
  CHECK_FALSE(open());
  CHECK_FALSE(world.live->active_invitation_exists(std::nullopt, "guest@example.org", world.now));
  CHECK(world.live->active_invitations() == 0);
  CHECK(read_invitation(views, kMain, InvitationId{1})->version == StreamVersion{2});
  CHECK(next_invitation_id(views, kMain) == InvitationId{2});
}

TEST_CASE("an invitation remembers the event that issued it", "[projections]") {
  World world;
  const auto& issuing =
      world.commit({created_person(1, "Guest"), issued_invitation(3, 1, "guest@example.org", world.now)});
  const auto issued = issuing.events[1].id;
  world.commit({InvitationRevoked{InvitationId{3}}});
  CHECK(read_invitation(world.store.latest(), kMain, InvitationId{3})->issued == issued);
}

TEST_CASE("an invitation that ended does not take a newer one for the same email along", "[projections]") {
  World world;
  world.commit({issued_invitation(1, 1, "guest@example.org", world.now)});
  world.commit({InvitationExpired{InvitationId{1}},
                issued_invitation(2, 1, "guest@example.org", world.now + std::chrono::hours(1))});
  world.commit({InvitationExpired{InvitationId{1}}});
  CHECK(open_invitation(world.store.latest(), kMain, world.digester, "guest@example.org")->id == InvitationId{2});
  CHECK(world.live->active_invitations() == 1);
}

TEST_CASE("a redeemed invitation says who redeemed it, and is active no more", "[projections]") {
  World world;
  open_main(world);
  world.commit({issued_invitation(1, std::nullopt, "vic@example.org", world.now + std::chrono::hours(1))});
  world.commit({InvitationRedeemed{InvitationId{1}, UserId{12}}});
  CHECK(world.answer.status == 200);
  CHECK(world.answer.body ==
        R"({"invitation_id":1,"user_id":12,"username":"vic","email":"Vic@Example.org","name":"Vic Viewer",)"
        R"("platform_key":"main","is_admin":false,"is_staff":false,"redirect_to":null})");
  const auto listed = records_of(*world.live->invitations(kMain, {}, {}, world.now)).front();
  CHECK(listed.starts_with(R"({"id":1,"user_id":12,"username":"vic","email":"vic@example.org",)"));
  CHECK(listed.find(R"("active":false)") != std::string::npos);
  CHECK(world.live->active_invitations() == 0);
  CHECK_FALSE(open_invitation(world.store.latest(), kMain, world.digester, "vic@example.org"));
  CHECK(read_invitation(world.store.latest(), kMain, InvitationId{1})->redeemed_by == UserId{12});
  CHECK(world.reloaded()->invitations(kMain, {}, {}, world.now)->results ==
        world.live->invitations(kMain, {}, {}, world.now)->results);
}

TEST_CASE("a redemption by which somebody joined is answered as such", "[projections]") {
  World world;
  open_main(world);
  world.commit(kSystemPlatform, {created_user(13, "newt", "newt@example.org", "")});
  auto issued = issued_invitation(1, std::nullopt, "newt@example.org", world.now + std::chrono::hours(1));
  issued.details.data->redirect_to = "https://a.example/";
  world.commit({issued});
  auto added = added_member(13);
  added.is_staff = true;
  world.commit({InvitationRedeemed{InvitationId{1}, UserId{13}}, added});
  CHECK(world.answer.status == 201);
  CHECK(world.answer.body ==
        R"({"invitation_id":1,"user_id":13,"username":"newt","email":"newt@example.org","name":"",)"
        R"("platform_key":"main","is_admin":false,"is_staff":true,"redirect_to":"https://a.example/"})");
}

TEST_CASE("an open invitation is shown with who invites where to", "[projections]") {
  World world;
  open_main(world);
  const auto end = world.now + std::chrono::hours(1);
  auto issued = issued_invitation(1, std::nullopt, "Guest@example.org", end);
  issued.details.data->redirect_to = "https://a.example/";
  auto by_ada = world.commit({issued});
  const auto guest = world.live->open_invitation(kMain, "guest@EXAMPLE.org", world.now);
  REQUIRE(guest);
  CHECK(guest->id == InvitationId{1});
  CHECK(guest->issued == by_ada.events[0].id);
  CHECK(guest->email == "Guest@example.org");
  CHECK(guest->redirect_to == "https://a.example/");
  CHECK(guest->platform_name == "The Main Platform");
  CHECK(guest->inviter.empty());
  CHECK_FALSE(guest->has_account);
  CHECK_FALSE(world.live->open_invitation(kMain, "guest@example.org", end));
  CHECK_FALSE(world.live->open_invitation(kOther, "guest@example.org", world.now));
  CHECK_FALSE(world.live->open_invitation(kMain, "nobody@example.org", world.now));

  auto next = by_ada;
  next.header.actor.user = UserId{11};
  auto& frame = next.header.frame;
  frame.first = Position{world.log.head(kMain).position.value + 1};
  frame.previous = world.log.head(kMain).hash;
  next.events[0].event = issued_invitation(2, std::nullopt, "vic@example.org", end);
  next.events[0].stream = "invitation-2";
  world.commit_as_is(next);
  const auto vic = world.live->open_invitation(kMain, "vic@example.org", world.now);
  REQUIRE(vic);
  CHECK(vic->inviter == "Ada Admin");
  CHECK(vic->has_account);
  world.commit(kSystemPlatform, {UserDeactivated{UserId{12}}});
  CHECK_FALSE(world.live->open_invitation(kMain, "vic@example.org", world.now));
}

TEST_CASE("due invitations come earliest first, those that end right now included", "[projections]") {
  World world;
  const auto at = [&](int hours) { return first_moment() + std::chrono::hours(hours); };
  world.commit({issued_invitation(1, 1, "a@example.org", at(3)), issued_invitation(2, 1, "b@example.org", at(1)),
                issued_invitation(3, 1, "c@example.org", at(2)), issued_invitation(4, 1, "d@example.org", at(2))});
  world.commit({InvitationRevoked{InvitationId{4}}});
  const auto due = [&](Timestamp now, std::size_t limit) {
    std::vector<std::uint64_t> ids;
    for (const auto& one : due_invitations(world.store.latest(), kMain, now, limit)) ids.push_back(one.id.value);
    return ids;
  };
  CHECK(due(at(1) - std::chrono::microseconds(1), 9).empty());
  CHECK(due(at(1), 9) == std::vector<std::uint64_t>{2});
  CHECK(due(at(9), 9) == std::vector<std::uint64_t>{2, 3, 1});
  CHECK(due(at(9), 2) == std::vector<std::uint64_t>{2, 3});
}

TEST_CASE("invitations are listed by activity and email, either way round, page by page", "[projections]") {
  World world;
  open_main(world);
  const auto soon = world.now + std::chrono::minutes(1);
  const auto later = world.now + std::chrono::hours(1);
  for (std::uint64_t id = 1; id <= 6; ++id) {
    const auto email = "guest" + std::to_string(id % 3) + "@example.org";
    world.commit({issued_invitation(id, std::nullopt, email, id == 5 ? soon : later)});
  }
  world.commit({InvitationRevoked{InvitationId{2}}});
  const auto list = [&](InvitationFilter filter, PageRequest request = {}) {
    return world.live->invitations(kMain, filter, request, soon);
  };
  using Ids = std::vector<std::string>;
  CHECK(ids_of(*list({})) == Ids{"6", "5", "4", "3", "2", "1"});
  CHECK(ids_of(*list({true, "", true})) == Ids{"6", "4", "3", "1"});
  CHECK(ids_of(*list({false, "", false})) == Ids{"2", "5"});
  CHECK(ids_of(*list({std::nullopt, "GUEST1@example.org", false})) == Ids{"1", "4"});
  CHECK(ids_of(*list({}, {2, 4, std::nullopt})) == Ids{"2", "1"});
  CHECK(list({}, {2, 4, std::nullopt})->before == Ordinal{7});
  CHECK(ids_of(*list({}, {1, 50, Ordinal{3}})) == Ids{"2", "1"});
  CHECK(list({}, {3, 3, std::nullopt}).error().code == ProblemCode::invalid_page);
  CHECK(list({std::nullopt, "none@example.org", true})->count == 0);
  CHECK(world.reloaded()->invitations(kMain, {}, {}, soon)->results == list({})->results);
  CHECK(world.reloaded()->active_invitations() == world.live->active_invitations());
}

}  // namespace annals::invitations_test
