#include "http/resources/credentials.hpp"

#include <utility>

#include "rig.hpp"

namespace annals::test::credentials_test {

constexpr std::string_view kNobodysId = "c0ffee00-0000-4000-8000-000000000001";

TEST_CASE("a key is taken under four schemes, in either case", "[http]") {
  Rig rig;
  for (const std::string scheme : {"Api-Token", "Api-Key", "Token", "Bearer", "bearer", "API-TOKEN", "tOKEN"}) {
    INFO(scheme);
    CHECK(rig.get("/persons/", {{"Authorization", scheme + " " + rig.backend.admin_key}}).status() == 200);
    CHECK(rig.get("/persons/", {{"Authorization", scheme + " \t " + rig.backend.admin_key + " "}}).status() == 200);
  }
}

TEST_CASE("without credentials, or with wrong ones, every answer is a 401 that says how", "[http]") {
  Rig rig;
  const auto none = rig.get("/persons/", {{"Authorization", ""}});
  CHECK(none.status() == 401);
  CHECK(none.body() == R"({"detail":"Authentication credentials were not provided."})");
  CHECK(none.header("WWW-Authenticate") == "Api-Token");
  for (const std::string value : {"Api-Token", "Api-Token ", "Basic YTpi", "Digest x", "nonsense", "Api-Token unknown",
                                  "Api-Token two words", "Api-Tokenx", ",", "Bearer\t"}) {
    INFO(value);
    const auto reply = rig.get("/persons/", {{"Authorization", value}});
    CHECK(reply.status() == 401);
    CHECK(reply.body() == R"({"detail":"Invalid token."})");
    CHECK(reply.header("WWW-Authenticate") == "Api-Token");
  }
}

TEST_CASE("a revoked key, and one of a member who was switched off, is no key", "[http]") {
  Rig rig;
  const auto vera = rig.member_key("vera", {"CRM Viewer"});
  CHECK(rig.get("/persons/", vera).status() == 200);
  const auto user = rig.get("/api/core/platform/users/?query=vera").at("results.0.user_id");
  const auto off = R"({"user_id":)" + user + R"(,"active":false})";
  REQUIRE(rig.post("/api/core/users/platforms/", off).status() == 200);
  CHECK(rig.get("/persons/", vera).body() == R"({"detail":"Invalid token."})");
}

/// A client with a kept-alive connection of its own, beside the rig's.
struct KeptConnection {
  Rig& rig;
  HeaderList key;
  http::ConnectionNotes connection{};

  unsigned get(std::string_view target) {
    std::swap(rig.connection, connection);
    const auto status = rig.get(target, key).status();
    std::swap(rig.connection, connection);
    return status;
  }
};

TEST_CASE("what is taken from a key holds on the next request of a connection that used it", "[http]") {
  Rig rig;
  KeptConnection vera{rig, rig.member_key("vera", {"CRM Viewer"})};
  REQUIRE(vera.get("/persons/") == 200);
  REQUIRE(vera.get("/persons/") == 200);
  const auto user = rig.get("/api/core/platform/users/?query=vera").at("results.0.user_id");
  const auto switch_to = [&](std::string_view active) {
    const auto change = R"({"user_id":)" + user + R"(,"active":)" + std::string(active) + "}";
    REQUIRE(rig.post("/api/core/users/platforms/", change).status() == 200);
  };

  SECTION("the membership") {
    switch_to("false");
    CHECK(vera.get("/persons/") == 401);
    CHECK(vera.get("/persons/") == 401);
    switch_to("true");
    CHECK(vera.get("/persons/") == 200);
  }
  SECTION("the policy") {
    const auto policy = rig.get("/api/core/rbac/policies/").at("results.0.id");
    REQUIRE(rig.send("DELETE", "/api/core/rbac/policies/" + policy + "/").status() == 204);
    CHECK(vera.get("/persons/") == 403);
  }
  SECTION("the key") {
    const auto name =
        json_string(json_members(json_elements(rig.get("/api/core/platform/api-tokens/").body())[1])[1].second);
    REQUIRE(rig.send("DELETE", "/api/core/platform/api-tokens/" + name + "/").status() == 204);
    CHECK(vera.get("/persons/") == 401);
  }
}

TEST_CASE("what is taken from a role holds on the next request of a connection that used it", "[http]") {
  Rig rig;
  const auto role =
      rig.post("/api/core/rbac/roles/", R"({"name":"Readers","actions":["Ibl.CRM/Persons/list"]})").at("id");
  KeptConnection reader{rig, rig.member_key("reader", {"Readers"})};
  REQUIRE(reader.get("/persons/") == 200);
  REQUIRE(rig.patch("/api/core/rbac/roles/" + role + "/", R"({"actions":["Ibl.CRM/Tags/list"]})").status() == 200);
  CHECK(reader.get("/persons/") == 403);
}

TEST_CASE("a connection speaks for the key of each request, not for that of the one before", "[http]") {
  Rig rig;
  KeptConnection shared{rig, {}};
  const auto vera = rig.member_key("vera", {"CRM Viewer"});
  const auto other = rig.backend.add_platform("other");
  rig.backend.add_member(other, "olga", {"CRM Manager"});
  const auto olga = with_key(rig.backend.issue_key(other, "olga", {}));
  const auto person = "/persons/" + rig.person(R"({"name":"Pia"})") + "/";
  for (int round = 0; round < 2; ++round) {
    shared.key = vera;
    CHECK(shared.get(person) == 200);
    CHECK(shared.connection.share == MemoryBackend::kMain.value);
    shared.key = olga;
    CHECK(shared.get(person) == 404);
    CHECK(shared.connection.share == other.value);
    shared.key = {{"Authorization", ""}};
    CHECK(shared.get(person) == 401);
    shared.key = {{"Authorization", olga.front().second + "x"}};
    CHECK(shared.get(person) == 401);
  }
}

TEST_CASE("refusals come in their order", "[http]") {
  Rig rig;
  const auto id = rig.person(R"({"name":"Emmy"})");
  const auto viewer = rig.member_key("viewer", {"CRM Viewer"});
  auto wrong_type = [](HeaderList headers) {
    headers.emplace_back("Content-Type", "text/plain");
    headers.emplace_back("If-Match", "\"99\"");
    headers.emplace_back("Idempotency-Key", std::string(300, 'k'));
    return headers;
  };
  const HeaderList nobody = {{"Authorization", ""}};
  const HeaderList admin;
  const std::string unknown = "/persons/" + std::string(kNobodysId) + "/";
  const std::string known = "/persons/" + id + "/";
  const std::string_view text = "not json";
  CHECK(rig.send("POST", "/nothing/", text, wrong_type(nobody)).status() == 404);
  CHECK(rig.send("BREW", unknown, text, wrong_type(nobody)).status() == 401);
  CHECK(rig.send("BREW", unknown, text, wrong_type(viewer)).status() == 405);
  CHECK(rig.send("PUT", unknown, text, wrong_type(viewer)).status() == 403);
  CHECK(rig.send("PUT", unknown, text, wrong_type(admin)).status() == 404);
  CHECK(rig.send("PUT", known, text, wrong_type(admin)).status() == 415);
  CHECK(rig.send("POST", unknown + "invite/", text, wrong_type(admin)).status() == 404);
  CHECK(rig.send("POST", known + "invite/", text, wrong_type(admin)).status() == 415);
  CHECK(rig.send("POST", known + "invite/", "{}", wrong_type(admin)).status() == 400);
  CHECK(rig.post(known + "invite/", R"({"is_admin":"perhaps"})", {{"If-Match", "\"99\""}}).status() == 412);
  CHECK(rig.post(known + "invite/", R"({"is_admin":"perhaps"})").at("is_admin.0") == R"("Must be a valid boolean.")");
  CHECK(rig.post(known + "invite/", "{}").status() == 400);
  rig.body_too_large = true;
  CHECK(rig.send("PUT", unknown).status() == 404);
  CHECK(rig.send("PUT", known).status() == 413);
  CHECK(rig.send("PUT", known, {}, viewer).status() == 403);
  CHECK(rig.send("DELETE", known).status() == 413);
  CHECK(rig.send("GET", "/persons/").status() == 413);
  CHECK(rig.send("POST", "/persons/merge/").body() == R"({"detail":"The request body is too large."})");
}

TEST_CASE("a key of no role reads nothing, and a narrowed key no more than its roles", "[http]") {
  Rig rig;
  CHECK(rig.get("/persons/", rig.member_key("norole", {})).status() == 403);
  rig.backend.add_member(MemoryBackend::kMain, "narrow", {"CRM Manager"});
  const auto key = with_key(rig.backend.issue_key(MemoryBackend::kMain, "narrow", {"CRM Viewer"}));
  CHECK(rig.get("/persons/", key).status() == 200);
  CHECK(rig.post("/persons/", R"({"name":"Fay"})", key).status() == 403);
}

TEST_CASE("a record of another platform answers exactly as one that does not exist", "[http]") {
  Rig rig;
  const auto other = rig.backend.add_platform("other");
  rig.backend.join(other, UserId{1}, true);
  const auto theirs = with_key(rig.backend.issue_key(other, "admin", {}));
  const auto person = "/persons/" + rig.person(R"({"name":"Gina","primary_email":"gina@a.example"})") + "/";
  const auto organization = "/organizations/" + rig.organization("Gears") + "/";
  for (const auto& [method, path] : std::vector<std::pair<std::string, std::string>>{{"GET", person},
                                                                                     {"PUT", person},
                                                                                     {"PATCH", person},
                                                                                     {"DELETE", person},
                                                                                     {"POST", person + "invite/"},
                                                                                     {"POST", person + "link-user/"},
                                                                                     {"GET", organization},
                                                                                     {"PUT", organization},
                                                                                     {"DELETE", organization}}) {
    INFO(method << " " << path);
    auto nowhere = path;
    nowhere.replace(path.find('/', 1) + 1, 36, kNobodysId);
    const auto reply = rig.send(method, path, "{}", theirs);
    const auto missing = rig.send(method, nowhere, "{}", theirs);
    CHECK(reply.status() == 404);
    CHECK(reply.body() == missing.body());
    CHECK(reply.response.headers == missing.response.headers);
  }
  CHECK(rig.get("/persons/", theirs).at("count") == "0");
}

TEST_CASE("the answer tells the log who asked, by id", "[http]") {
  Rig rig;
  CHECK(rig.get("/persons/").response.user == "1");
  CHECK(rig.post("/persons/", R"({"name":"Hal"})").response.user == "1");
  CHECK(rig.get("/persons/", {{"Authorization", ""}}).response.user.empty());
}

TEST_CASE("keys are read out of their header", "[http]") {
  CHECK(http::key_in("Token abc") == "abc");
  CHECK(http::key_in("  bearer   abc  ") == "abc");
  CHECK(http::key_in("Token").empty());
  CHECK(http::key_in("").empty());
  CHECK(http::key_in("abc").empty());
}

}  // namespace annals::test::credentials_test
