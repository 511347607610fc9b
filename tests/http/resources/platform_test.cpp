#include "rig.hpp"

namespace annals::test::platform_test {

constexpr auto kForbidden = R"({"detail":"You do not have permission to perform this action."})";

TEST_CASE("platforms are created by superusers, and listed to those who belong to them", "[http]") {
  Rig rig;
  const auto created = rig.post("/api/core/platform/", R"({"key":"acme","name":"Acme"})");
  CHECK(created.status() == 201);
  CHECK(created.body() == R"({"id":2,"key":"acme","name":"Acme"})");
  CHECK(rig.post("/api/core/platform/", R"({"key":"acme","name":"Again"})").status() == 400);
  CHECK(rig.post("/api/core/platform/", R"({"key":"system","name":"S"})").status() == 400);
  const auto tess = rig.member_key("tess", {}, true);
  CHECK(rig.post("/api/core/platform/", R"({"key":"tess","name":"T"})", tess).body() == kForbidden);
  CHECK(rig.get("/api/core/platform/", tess).body() == R"([{"id":1,"key":"main","name":"Main"}])");
  CHECK(rig.get("/api/core/platform/").at("1.key") == R"("acme")");
}

TEST_CASE("users are created by superusers and unique in any case", "[http]") {
  Rig rig;
  const auto created = rig.post("/api/core/users/", R"({"username":"Uma","email":"Uma@u.example","name":"Uma U"})");
  CHECK(created.status() == 201);
  CHECK(created.body() == R"({"id":2,"username":"Uma","email":"Uma@u.example","name":"Uma U"})");
  const auto again = rig.post("/api/core/users/", R"({"username":"uMA","email":"uma@U.example"})");
  CHECK(again.status() == 400);
  CHECK_FALSE(again.at("username.0").empty());
  CHECK_FALSE(again.at("email.0").empty());
  CHECK(rig.post("/api/core/users/", "{}", rig.member_key("tess", {}, true)).body() == kForbidden);
}

TEST_CASE("a membership is 201 when new and 200 when changed, and links persons by their email", "[http]") {
  Rig rig;
  const auto vic = rig.person(R"({"name":"Vic","primary_email":"VIC@v.example"})");
  const auto user = rig.post("/api/core/users/", R"({"username":"vic","email":"vic@V.example"})").at("id");
  const auto put = [&](const std::string& more, HeaderList headers = {}) {
    return rig.post("/api/core/users/platforms/", R"({"user_id":)" + user + R"(,"platform_key":"main")" + more + "}",
                    headers);
  };
  const auto tess = rig.member_key("tess", {}, true);
  CHECK(put("", tess).body() == kForbidden);
  CHECK(rig.post("/api/core/users/platforms/", R"({"platform_key":"elsewhere"})", tess).body() == kForbidden);
  const auto added = put("");
  CHECK(added.status() == 201);
  CHECK(added.at("user_id") == user);
  CHECK(added.at("active") == "true");
  CHECK(rig.get("/persons/" + vic).at("platform_user") == user);
  const auto changed = put(R"(,"is_staff":true)");
  CHECK(changed.status() == 200);
  CHECK(changed.at("is_staff") == "true");
  CHECK(rig.post("/api/core/users/platforms/", R"({"user_id":1,"platform_key":"nowhere"})").status() == 404);
  CHECK(rig.post("/api/core/users/platforms/", R"({"user_id":4711})").status() == 400);
}

TEST_CASE("members are listed with page numbers only", "[http]") {
  Rig rig;
  rig.backend.add_member(MemoryBackend::kMain, "wanda", {"CRM Viewer"});
  const auto page = rig.get("/api/core/platform/users/?page_size=1&query=THE+WANDA");
  CHECK(page.at("count") == "1");
  CHECK(page.text("results.0.username") == "wanda");
  CHECK(page.at("results.0.roles") == R"(["CRM Viewer"])");
  CHECK(page.at("next").empty());
  const auto first = rig.get("/api/core/platform/users/?page_size=1");
  CHECK(first.at("next_page") == "2");
  CHECK(first.at("previous_page") == "null");
  CHECK(rig.get("/api/core/platform/users/?page=3").status() == 404);
  CHECK(rig.get("/api/core/platform/users/", rig.member_key("xavi", {"CRM Manager"})).status() == 403);
}

TEST_CASE("a key's text is shown once, and works until it is revoked", "[http]") {
  Rig rig;
  const auto made =
      rig.post("/api/core/platform/api-tokens/", R"({"username":"admin","name":"my key/1","expires_in":"1 00:00:00"})");
  CHECK(made.status() == 201);
  CHECK(made.text("platform_key") == "main");
  CHECK_FALSE(made.at("expires") == "null");
  const auto key = with_key(made.text("key"));
  CHECK(rig.get("/persons/", key).status() == 200);
  const auto listed = rig.get("/api/core/platform/api-tokens/");
  CHECK(listed.body().starts_with("[{"));
  CHECK(listed.body().find(made.text("key")) == std::string::npos);
  CHECK(listed.body().find("my key/1") != std::string::npos);
  CHECK(rig.send("DELETE", "/api/core/platform/api-tokens/my%20key%2F1/").status() == 204);
  CHECK(rig.send("DELETE", "/api/core/platform/api-tokens/my%20key%2F1/").status() == 404);
  CHECK(rig.get("/persons/", key).status() == 401);
}

TEST_CASE("everyone has a say over their own keys only, Tenant Admins over all of the platform's", "[http]") {
  Rig rig;
  const std::string list = "/api/core/platform/api-tokens/";
  const auto yara = rig.member_key("yara", {"CRM Viewer"});
  const auto tess = rig.member_key("tess", {}, true);
  CHECK(rig.post(list, R"({"name":"yara's"})", yara).status() == 201);
  CHECK(rig.post(list, R"({"name":"admin's","username":"admin"})", yara).status() == 403);
  CHECK(rig.post(list, R"({"name":"for yara","username":"yara"})", tess).status() == 201);
  CHECK(json_elements(rig.get(list, yara).body()).size() == 3);
  CHECK(json_elements(rig.get(list, tess).body()).size() == 5);
  CHECK(rig.send("DELETE", list + "key%201/", {}, yara).status() == 404);
  CHECK(rig.send("DELETE", list + "yara's/", {}, yara).status() == 204);
  CHECK(rig.send("DELETE", list + "for%20yara/", {}, tess).status() == 204);
}

TEST_CASE("a platform in which the caller has no say answers as one that does not exist", "[http]") {
  Rig rig;
  rig.backend.add_platform("other");
  const auto tess = rig.member_key("tess", {}, true);
  struct Row {
    std::string method, path, body;
  };
  for (const auto& [method, path, body] :
       std::vector<Row>{{"GET", "/api/core/platform/users/?platform_key=", ""},
                        {"GET", "/api/core/platform/api-tokens/?platform_key=", ""},
                        {"POST", "/api/core/platform/api-tokens/?platform_key=", R"({"name":"n"})"},
                        {"DELETE", "/api/core/platform/api-tokens/n/?platform_key=", ""},
                        {"GET", "/api/core/rbac/roles/?platform_key=", ""},
                        {"POST", "/api/core/rbac/roles/?platform_key=", R"({"name":"n","actions":[]})"},
                        {"GET", "/api/core/rbac/roles/1/?platform_key=", ""},
                        {"PUT", "/api/core/rbac/roles/1/?platform_key=", "{}"},
                        {"DELETE", "/api/core/rbac/roles/1/?platform_key=", ""},
                        {"GET", "/api/core/rbac/policies/?platform_key=", ""},
                        {"POST", "/api/core/rbac/permissions/check/?platform_key=", R"({"actions":["a"]})"},
                        {"GET", "/api/catalog/invitations/platform/?platform_key=", ""},
                        {"POST", "/api/catalog/invitations/platform/?platform_key=", R"({"email":"a@b.example"})"},
                        {"DELETE", "/api/catalog/invitations/platform/?id=1&platform_key=", ""}}) {
    for (const std::string key : {"other", "nowhere", "system"}) {
      INFO(method << " " << path << key);
      const auto reply = rig.send(method, path + key, body, tess);
      CHECK(reply.status() == 404);
      CHECK(reply.body() == R"({"detail":"Not found."})");
    }
  }
  CHECK(rig.post("/api/core/rbac/roles/", R"({"platform_key":"other","name":"n","actions":[]})", tess).status() == 404);
  CHECK(rig.get("/api/core/rbac/roles/?platform_key=other").status() == 200);
  CHECK(rig.get("/api/core/rbac/roles/?platform_key=system").status() == 404);
}

TEST_CASE("a body that names another platform than the query is refused", "[http]") {
  Rig rig;
  rig.backend.add_platform("other");
  const auto reply = rig.patch("/api/core/rbac/roles/1/?platform_key=main", R"({"platform_key":"other"})");
  CHECK(reply.status() == 400);
  CHECK(reply.body() == R"({"platform_key":["The query names another platform."]})");
}

TEST_CASE("roles are listed, made, replaced, patched and deleted; seeded ones only read", "[http]") {
  Rig rig;
  const std::string list = "/api/core/rbac/roles/";
  const auto seeded = rig.get(list);
  CHECK(seeded.at("count") == "6");
  CHECK(rig.get(list + "?page_size=4").text("next") == "https://crm.example" + list + "?page_size=4&page=2");
  CHECK(rig.get(list + "?page_size=4&page=2").at("results.1").empty() == false);
  CHECK(rig.get(list + "?page=2").status() == 404);
  const auto made = rig.post(list, R"({"name":"Readers","actions":["Ibl.CRM/Persons/read"]})");
  CHECK(made.status() == 201);
  CHECK(made.body() ==
        R"({"id":7,"name":"Readers","platform_key":"main","actions":["Ibl.CRM/Persons/read"],"is_internal":false})");
  CHECK(made.header("Location") == "https://crm.example" + list + "7/");
  const auto shown = rig.get(list + "7/");
  CHECK(shown.body() == made.body());
  CHECK(rig.get(list + "7", {{"If-None-Match", shown.header("ETag")}}).status() == 304);
  CHECK(rig.patch(list + "7/", R"({"name":"Lookers"})", {{"If-Match", "\"9\""}}).status() == 412);
  CHECK(rig.patch(list + "7/", R"({"name":"Lookers"})").text("name") == "Lookers");
  CHECK(rig.put(list + "7/", R"({"name":"L","actions":["Ibl.CRM/*"]})").at("actions") == R"(["Ibl.CRM/*"])");
  CHECK(rig.put(list + "1/", R"({"name":"Mine","actions":[]})").status() == 403);
  CHECK(rig.send("DELETE", list + "1/").status() == 403);
  CHECK(rig.send("DELETE", list + "7/").status() == 204);
  CHECK(rig.get(list + "7/").status() == 404);
}

TEST_CASE("a policy gives its role to its users", "[http]") {
  Rig rig;
  const std::string list = "/api/core/rbac/policies/";
  const auto zora = rig.member_key("zora", {});
  const auto user = rig.get("/api/core/platform/users/?query=zora").at("results.0.user_id");
  CHECK(rig.get("/persons/", zora).status() == 403);
  const auto made = rig.post(list, R"({"name":"P","role_id":1,"resources":["r"],"users_to_add":[)" + user + "]}");
  INFO(made.body());
  CHECK(made.status() == 201);
  CHECK(made.at("users") == "[" + user + "]");
  CHECK(rig.get("/persons/", zora).status() == 200);
  const auto path = list + made.at("id") + "/";
  CHECK(rig.get(path).body() == made.body());
  CHECK(rig.patch(path, R"({"users_to_remove":[)" + user + "]}").at("users") == "[]");
  CHECK(rig.get("/persons/", zora).status() == 403);
  CHECK(rig.get(list).at("count") == "1");
  CHECK(rig.send("DELETE", path).status() == 204);
  CHECK(rig.get(list).at("count") == "0");
}

TEST_CASE("the caller can ask which permissions it holds", "[http]") {
  Rig rig;
  const auto viewer = rig.member_key("viewer", {"CRM Viewer"});
  const std::string path = "/api/core/rbac/permissions/check/";
  CHECK(rig.post(path, R"({"platform_key":"main","actions":["Ibl.CRM/Persons/read","Ibl.CRM/Persons/write"]})", viewer)
            .body() ==
        R"({"platform_key":"main","actions":{"Ibl.CRM/Persons/read":true,"Ibl.CRM/Persons/write":false}})");
  CHECK(rig.post(path, R"({"resources":["Ibl.CRM/Persons/list"]})", viewer).body() ==
        R"({"platform_key":"main","resources":{"Ibl.CRM/Persons/list":true}})");
  CHECK(rig.post(path, "{}", viewer).body() == R"({"actions":["This field is required."]})");
  CHECK(rig.post(path, R"({"actions":"x"})", viewer).status() == 400);
  CHECK(rig.post(path, R"({"actions":["Ibl.Anything/at/all"]})").at("actions") == R"({"Ibl.Anything/at/all":true})");
}

TEST_CASE("invitations of a platform are made, listed, checked and revoked", "[http]") {
  Rig rig;
  const std::string path = "/api/catalog/invitations/platform/";
  const auto inviter = rig.member_key("inviter", {"CRM Inviter"});
  const auto made = rig.post(path, R"({"email":"Ann@a.example","metadata":{"k":1}})", inviter);
  INFO(made.body());
  CHECK(made.status() == 201);
  CHECK(made.at("id") == "1");
  CHECK(made.text("source") == "platform");
  CHECK(made.at("metadata") == R"({"k":1})");
  CHECK(rig.post(path, R"({"email":"bob@b.example"})", inviter).at("id") == "2");
  const auto conflict = rig.post(path, R"({"email":"ANN@a.example"})", inviter);
  CHECK(conflict.status() == 409);
  CHECK(conflict.at("invitation_id") == "1");
  CHECK(conflict.at("person_id") == "null");
  CHECK(rig.post(path, R"({"email":"carl@c.example","is_admin":true})", inviter).status() == 403);
  CHECK(rig.get(path, inviter).at("results.0.id") == "2");
  CHECK(rig.get(path + "?sort=id", inviter).at("results.0.id") == "1");
  CHECK(rig.get(path + "?sort=email", inviter).status() == 400);
  CHECK(rig.get(path + "?email=ann@A.example", inviter).at("count") == "1");
  CHECK(rig.get(path + "?active=x", inviter).body() == R"({"active":["Must be a valid boolean."]})");
  CHECK(rig.send("DELETE", path, {}, inviter).body() == R"({"email":["This field is required."]})");
  CHECK(rig.send("DELETE", path + "?id=x", {}, inviter).body() == R"({"id":["A valid integer is required."]})");
  CHECK(rig.send("DELETE", path + "?id=99", {}, inviter).status() == 404);
  CHECK(rig.send("DELETE", path + "?id=2", {}, inviter).status() == 204);
  CHECK(rig.send("DELETE", path + "?email=ANN%40a.example", {}, inviter).status() == 204);
  CHECK(rig.send("DELETE", path + "?id=2", {}, inviter).status() == 404);
  CHECK(rig.get(path + "?active=true", inviter).at("count") == "0");
  CHECK(rig.get(path + "?active=0", inviter).at("count") == "2");
  CHECK(rig.get(path, rig.member_key("viewer", {"CRM Viewer"})).body() == kForbidden);
}

TEST_CASE("whether an invitation is active can be asked without a key, a few times a second", "[http]") {
  Rig rig;
  const HeaderList nobody = {{"Authorization", ""}};
  rig.backend.add_platform("other");
  REQUIRE(rig.post("/api/catalog/invitations/platform/", R"({"email":"dee@d.example"})").status() == 201);
  const std::string check = "/api/catalog/invitations/platform/check/";
  const auto found = rig.get(check + "?email=DEE%40d.example&platform_key=main", nobody);
  CHECK(found.status() == 200);
  CHECK(found.body() == R"({"active":true})");
  CHECK(rig.get("/dm" + check + "?email=dee@d.example", nobody).status() == 200);
  CHECK(rig.get(check + "?email=dee@d.example&platform_key=other", nobody).body() == R"({"detail":"Not found."})");
  CHECK(rig.get(check + "?email=dee@d.example&platform_key=nowhere", nobody).status() == 404);
  CHECK(rig.get(check + "?email=eve@e.example", nobody).status() == 404);
  CHECK(rig.get(check, nobody).body() == R"({"email":["This field is required."]})");
  rig.remote_address = "2001:db8::1";
  unsigned refused = 0;
  for (int i = 0; i < 40; ++i) {
    const auto reply = rig.get(check + "?email=eve@e.example", nobody);
    if (reply.status() != 429) continue;
    ++refused;
    CHECK(reply.header("Retry-After") == "1");
  }
  CHECK(refused > 0);
  CHECK(refused <= 20);
  rig.remote_address = "2001:db8:0:1::1";
  CHECK(rig.get(check + "?email=eve@e.example", nobody).status() == 404);
}

}  // namespace annals::test::platform_test
