#include "rig.hpp"

namespace annals::test::webhooks_test {

constexpr auto kHooks = "/webhooks/";

TEST_CASE("a webhook's secret is shown when it is set, and never again", "[http]") {
  Rig rig;
  const auto created = rig.post(kHooks, R"({"url":"https://hooks.example/in","description":"Billing",
                                            "event_types":["PersonCreated"]})");
  CHECK(created.status() == 201);
  CHECK(created.text("secret").starts_with("whsec_"));
  CHECK(created.text("secret").size() == 49);
  CHECK(created.header("Location") == "https://crm.example/webhooks/1/");
  CHECK(created.header("ETag") == "\"1\"");
  for (const auto* path : {"/webhooks/1", "/api/crm/webhooks/1/", "/dm/api/crm/webhooks/1/"}) {
    const auto read = rig.get(path);
    CHECK(read.status() == 200);
    CHECK(read.at("secret").empty());
    CHECK(read.text("url") == "https://hooks.example/in");
    CHECK(read.text("description") == "Billing");
    CHECK(read.at("event_types") == R"(["PersonCreated"])");
    CHECK(read.at("active") == "true");
    CHECK(read.at("created_at") == read.at("updated_at"));
  }
  CHECK(rig.get(kHooks).body().find("secret") == std::string::npos);
  CHECK(rig.patch("/webhooks/1/", R"({"active":false})").at("secret").empty());
  const auto rotated = rig.patch("/webhooks/1/", R"({"rotate_secret":true})");
  CHECK(rotated.text("secret").starts_with("whsec_"));
  CHECK(rotated.text("secret") != created.text("secret"));
  CHECK(rig.patch("/webhooks/1/", R"({"secret":"one of our own!!"})").status() == 400);
  CHECK(rig.patch("/webhooks/1/", R"({"secret":"one-of-our-own-secrets"})").text("secret") == "one-of-our-own-secrets");
}

TEST_CASE("an answer with a secret is not repeated for an Idempotency-Key", "[http]") {
  Rig rig;
  const HeaderList key{{"Idempotency-Key", "once"}};
  const auto first = rig.post(kHooks, R"({"url":"https://hooks.example/in"})", key);
  const auto second = rig.post(kHooks, R"({"url":"https://hooks.example/in"})", key);
  CHECK(first.at("id") == "1");
  CHECK(second.at("id") == "2");
  CHECK(rig.backend.idempotency_seen.empty());
}

TEST_CASE("a dry run of a webhook shows no secret", "[http]") {
  Rig rig;
  const auto dry = rig.post("/webhooks/?dry_run=true", R"({"url":"https://hooks.example/in"})");
  CHECK(dry.status() == 200);
  CHECK(dry.at("secret") == "null");
  CHECK(dry.text("events.0.data.secret") == "(hidden)");
  CHECK(rig.get(kHooks).at("count") == "0");
}

TEST_CASE("webhooks are listed newest first, in pages", "[http]") {
  Rig rig;
  for (const auto* url : {"https://hooks.example/1", "https://hooks.example/2", "https://hooks.example/3"}) {
    REQUIRE(rig.post(kHooks, R"({"url":")" + std::string(url) + R"("})").status() == 201);
  }
  const auto page = rig.get("/webhooks/?page_size=2");
  CHECK(page.at("count") == "3");
  CHECK(page.at("results.0.id") == "3");
  CHECK(page.at("results.1.id") == "2");
  CHECK(page.at("next_page") == "2");
  CHECK(rig.get("/webhooks/?page_size=2&page=2").at("results.0.id") == "1");
  CHECK(rig.get("/webhooks/?page=9").status() == 404);
}

TEST_CASE("webhooks have versions like other records", "[http]") {
  Rig rig;
  REQUIRE(rig.post(kHooks, R"({"url":"https://hooks.example/in"})").status() == 201);
  CHECK(rig.get("/webhooks/1/", {{"If-None-Match", "\"1\""}}).status() == 304);
  CHECK(rig.patch("/webhooks/1/", R"({"active":false})", {{"If-Match", "\"4\""}}).status() == 412);
  CHECK(rig.patch("/webhooks/1/", R"({"active":false})", {{"If-Match", "\"1\""}}).header("ETag") == "\"2\"");
  CHECK(rig.send("DELETE", "/webhooks/1/", {}, {{"If-Match", "\"1\""}}).status() == 412);
  CHECK(rig.send("DELETE", "/webhooks/1/").status() == 204);
  for (const auto* method : {"GET", "PATCH", "DELETE"}) CHECK(rig.send(method, "/webhooks/1/").status() == 404);
  for (const auto* path : {"/webhooks/0/", "/webhooks/x/", "/webhooks/01/"}) CHECK(rig.get(path).status() == 404);
  CHECK(rig.put("/webhooks/1/", "{}").status() == 405);
}

TEST_CASE("webhooks belong to their platform, and need their permissions", "[http]") {
  Rig rig;
  REQUIRE(rig.post(kHooks, R"({"url":"https://hooks.example/in"})").status() == 201);
  const auto other = rig.backend.add_platform("other");
  rig.backend.add_member(other, "olga", {}, true);
  const auto olga = with_key(rig.backend.issue_key(other, "olga", {}));
  CHECK(rig.get("/webhooks/1/", olga).status() == 404);
  CHECK(rig.get(kHooks, olga).at("count") == "0");
  CHECK(rig.get(kHooks, rig.member_key("manu", {"CRM Manager"})).at("count") == "1");
  for (const auto* role : {"CRM Viewer", "CRM User", "CRM Inviter", "Auditor"}) {
    INFO(role);
    const auto key = rig.member_key("of-" + std::string(role).substr(4, 3), {role});
    CHECK(rig.get(kHooks, key).status() == 403);
    CHECK(rig.get("/webhooks/1/", key).status() == 403);
    CHECK(rig.post(kHooks, "{}", key).status() == 403);
    CHECK(rig.patch("/webhooks/1/", "{}", key).status() == 403);
    CHECK(rig.send("DELETE", "/webhooks/1/", {}, key).status() == 403);
  }
}

TEST_CASE("a webhook's deliveries are listed and asked for again", "[http]") {
  Rig rig;
  REQUIRE(rig.post(kHooks, R"({"url":"https://hooks.example/in"})").status() == 201);
  const auto listed = rig.get("/webhooks/1/deliveries/");
  CHECK(listed.at("count") == "1");
  CHECK(listed.at("results.0.id") == "12");
  CHECK(rig.get("/webhooks/2/deliveries/").status() == 404);
  CHECK(rig.get("/webhooks/1/deliveries/?page=2").status() == 404);
  const auto again = rig.post("/webhooks/1/deliveries/12/redeliver/", "");
  CHECK(again.status() == 202);
  CHECK(again.at("webhook") == "1");
  CHECK(rig.deliveries.redelivered == std::vector<std::string>{"1 12"});
  for (const auto* path : {"/webhooks/1/deliveries/13/redeliver/", "/webhooks/1/deliveries/x/redeliver/",
                           "/webhooks/2/deliveries/12/redeliver/"}) {
    INFO(path);
    CHECK(rig.post(path, "").status() == 404);
  }
  CHECK(rig.post("/webhooks/1/deliveries/12/redeliver/?dry_run=true", "").status() == 400);
  CHECK(rig.deliveries.redelivered.size() == 1);
}

TEST_CASE("a ping answers when it has come back", "[http]") {
  Rig rig;
  REQUIRE(rig.post(kHooks, R"({"url":"https://hooks.example/in"})").status() == 201);
  const auto pong = rig.post("/webhooks/1/ping/", "");
  CHECK(pong.status() == 200);
  CHECK(pong.body() == R"({"delivered":true,"webhook":1})");
  CHECK(pong.response.route == "/webhooks/{id}/ping/");
  CHECK(rig.post("/webhooks/2/ping/", "").status() == 404);
  CHECK(rig.post("/webhooks/1/ping/?dry_run=1", "").status() == 400);
  rig.deliveries.too_many_pings = true;
  CHECK(rig.post("/webhooks/1/ping/", "").status() == 503);
  const auto viewer = rig.member_key("vera", {"CRM Viewer"});
  CHECK(rig.post("/webhooks/1/ping/", "", viewer).status() == 403);
  CHECK(rig.get("/webhooks/1/deliveries/", viewer).status() == 403);
  CHECK(rig.post("/webhooks/1/deliveries/12/redeliver/", "", viewer).status() == 403);
}

TEST_CASE("a Tenant Admin switches the platform's notifications", "[http]") {
  Rig rig;
  constexpr auto kPath = "/api/core/platform/notifications/";
  const auto tess = rig.member_key("tess", {}, true);
  const auto off = rig.get(kPath, tess);
  CHECK(off.body() == R"({"platform_key":"main","person_created":false,"deal_stage_changed":false,)"
                      R"("person_linked":false})");
  const auto on = rig.patch(kPath, R"({"person_linked":true})", tess);
  CHECK(on.status() == 200);
  CHECK(on.at("person_linked") == "true");
  CHECK(on.at("person_created") == "false");
  CHECK(on.header("ETag") == rig.get(kPath).header("ETag"));
  CHECK(rig.patch(kPath, R"({"person_linked":false})", {{"If-Match", off.header("ETag")}}).status() == 412);
  CHECK(rig.patch(kPath, R"({"person_created":"perhaps"})", tess).at("person_created.0") ==
        R"("Must be a valid boolean.")");
  rig.backend.add_platform("other");
  CHECK(rig.get("/api/core/platform/notifications/?platform_key=other", tess).status() == 404);
  CHECK(rig.get("/api/core/platform/notifications/?platform_key=other").text("platform_key") == "other");
  CHECK(rig.get("/dm/api/core/platform/notifications/", rig.member_key("manu", {"CRM Manager"})).status() == 403);
}

}  // namespace annals::test::webhooks_test
