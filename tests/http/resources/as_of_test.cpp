#include "rig.hpp"

namespace annals::test::as_of_test {

namespace {

const std::string kNotReadable = R"({"as_of":["Enter a position or a valid date/time."]})";

std::string position_of(const Reply& reply) {
  return reply.header("X-As-Of-Position");
}

Timestamp time_of(std::string_view text) {
  return parse_time(text)->at;
}

}  // namespace

TEST_CASE("a read as of a position is rounded down to a whole commit, and says to which", "[http]") {
  Rig rig;
  const auto person = rig.person(R"({"name":"Then"})");
  const auto organization = rig.organization("Then");
  for (const auto& path :
       {std::string("/persons/"), "/persons/" + person + "/", std::string("/api/crm/organizations/"),
        "/dm/api/crm/organizations/" + organization, std::string("/api/catalog/invitations/platform/")}) {
    INFO(path);
    CHECK(position_of(rig.get(path + "?as_of=37")) == "30");
    CHECK(position_of(rig.get(path + "?as_of=30")) == "30");
    CHECK(position_of(rig.get(path + "?as_of=0")) == "0");
    CHECK(position_of(rig.get(path + "?as_of=41")) == "40");
    CHECK(position_of(rig.get(path + "?as_of=99999999999999999999999")) == "40");
    CHECK(position_of(rig.send("HEAD", path + "?as_of=37")) == "30");
    CHECK(position_of(rig.get(path + "?%61s_of=37")) == "30");
    CHECK(position_of(rig.get(path)).empty());
    CHECK(position_of(rig.get(path + "?as_of=")).empty());
  }
}

TEST_CASE("a read as of a time takes any form of a time; a date is over at its end", "[http]") {
  Rig rig;
  const auto asked = [&](const std::string& value) {
    const auto reply = rig.get("/persons/?as_of=" + value);
    INFO(reply.body());
    CHECK(reply.status() == 200);
    CHECK(position_of(reply) == "40");
    return rig.histories.last_time;
  };
  CHECK(asked("2026-06-04T14:22:11.482913Z") == time_of("2026-06-04T14:22:11.482913Z"));
  CHECK(asked("2026-06-04t14:22%2B02:00") == time_of("2026-06-04T12:22:00Z"));
  CHECK(asked("%202026-06-04+14:22:11Z") == time_of("2026-06-04T14:22:11Z"));
  CHECK(asked("2026-06-04") == time_of("2026-06-04T23:59:59.999999Z"));
  CHECK(position_of(rig.get("/persons/?as_of=1970-01-01")) == "0");
}

TEST_CASE("as_of that is neither a position nor a time is refused, behind what the caller may not do", "[http]") {
  Rig rig;
  for (const std::string_view value : {"then", "-1", "1.5", "0x10", "2026-13-01", "%FF", "1%00"}) {
    INFO(value);
    const auto refused = rig.get("/persons/?as_of=" + std::string(value));
    CHECK(refused.status() == 400);
    CHECK(refused.body() == kNotReadable);
  }
  const auto inviter = rig.member_key("inviter", {"CRM Inviter"});
  CHECK(rig.get("/organizations/?as_of=then", inviter).status() == 403);
  CHECK(rig.get("/api/catalog/invitations/platform/?platform_key=nowhere&as_of=then").status() == 404);
  CHECK(rig.get("/persons/?as_of=7", with_key("nobody's")).status() == 401);
}

TEST_CASE("the links of a list in the past stay at its position", "[http]") {
  Rig rig;
  for (int i = 0; i < 3; ++i) rig.person(R"({"name":"Then"})");
  const auto first = rig.get("/persons/?as_of=2026-06-04&page_size=1&search=then");
  CHECK(first.text("next") == "https://crm.example/persons/?page_size=1&search=then&page=2&before=3&as_of=40");
  const auto second = rig.get("/persons/?as_of=39&page_size=1&page=2&before=3");
  CHECK(second.text("next") == "https://crm.example/persons/?page_size=1&page=3&before=3&as_of=30");
  CHECK(second.text("previous") == "https://crm.example/persons/?page_size=1&page=1&before=3&as_of=30");
  const auto too_far = rig.get("/persons/?as_of=39&page=7");
  CHECK(too_far.status() == 404);
  CHECK(too_far.body() == R"({"detail":"Invalid page."})");
  CHECK(position_of(too_far) == "30");
  CHECK(rig.get("/persons/?as_of=39&owner=x").body() == R"({"owner":["Enter a number."]})");
}

TEST_CASE("a record of the past has its ETag, and what is not there reads as ever", "[http]") {
  Rig rig;
  const auto path = "/persons/" + rig.person(R"({"name":"Then"})") + "/?as_of=12";
  const auto shown = rig.get(path);
  CHECK(shown.header("ETag") == R"("1")");
  const auto known = rig.get(path, {{"If-None-Match", R"("1")"}});
  CHECK(known.status() == 304);
  CHECK(known.body().empty());
  CHECK(position_of(known) == "10");
  CHECK(rig.get(path, {{"If-None-Match", R"("2")"}}).status() == 200);
  const auto missing = rig.get("/persons/11111111-2222-4333-8444-555555555555/?as_of=12");
  CHECK(missing.status() == 404);
  CHECK(missing.body() == R"({"detail":"Not found."})");
}

TEST_CASE("invitations are read as of a time of the platform that is named, by the clock of then", "[http]") {
  Rig rig;
  const auto other = rig.backend.add_platform("other");
  const std::string path = "/api/catalog/invitations/platform/";
  rig.post(path, R"({"email":"ada@example.org"})");
  CHECK(rig.get(path + "?as_of=20&platform_key=other").at("count") == "0");
  CHECK(rig.histories.last_platform == other);
  CHECK(rig.get(path + "?as_of=20").at("results.0.active") == "false");
  CHECK(rig.histories.last_platform == MemoryBackend::kMain);
  CHECK(rig.get(path).at("results.0.active") == "true");
}

TEST_CASE("the past is not written", "[http]") {
  Rig rig;
  const auto person = rig.person(R"({"name":"Now"})");
  const auto events = rig.backend.events;
  const std::string one = "/persons/" + person + "/";
  const auto refused = [&](const Reply& reply) {
    INFO(reply.body());
    CHECK(reply.status() == 400);
    CHECK(reply.body() == R"({"as_of":["Nothing can be written as of the past."]})");
  };
  refused(rig.post("/persons/?as_of=12", R"({"name":"Then"})"));
  refused(rig.post("/persons/?as_of=then&dry_run=true", R"({"name":"Then"})"));
  refused(rig.put(one + "?as_of=12", R"({"name":"Then"})"));
  refused(rig.patch(one + "?as_of=12", R"({"name":"Then"})"));
  refused(rig.send("DELETE", one + "?as_of=12"));
  refused(rig.post("/persons/import/?as_of=12", R"([{"name":"Then"}])"));
  refused(rig.post("/api/catalog/invitations/platform/?as_of=12", R"({"email":"ada@example.org"})"));
  CHECK(rig.backend.events == events);
  CHECK(rig.patch(one + "?as_of=", R"({"name":"New"})").status() == 200);
}

TEST_CASE("what has no past is not shown as it is now when as_of asks for then", "[http]") {
  Rig rig;
  for (const auto* path : {"/api/core/rbac/roles/", "/persons/export/", "/snapshots/", "/events/"}) {
    const auto refused = rig.get(std::string(path) + "?as_of=12");
    INFO(path);
    CHECK(refused.status() == 400);
    CHECK(refused.body() == R"({"as_of":["This is not kept as it was."]})");
    CHECK(rig.get(std::string(path) + "?as_of=").status() == 200);
  }
}

TEST_CASE("a read of the past waits for min_position, too", "[http]") {
  http::ApiOptions options;
  options.min_position_patience = std::chrono::milliseconds(1);
  Rig rig(options);
  rig.person(R"({"name":"Then"})");
  CHECK(position_of(rig.get("/persons/?as_of=37&min_position=1")) == "30");
  const auto late = rig.get("/persons/?as_of=37&min_position=1000000");
  CHECK(late.status() == 503);
  CHECK(position_of(late).empty());
}

}  // namespace annals::test::as_of_test
