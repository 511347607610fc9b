#include "http/resources/path.hpp"
#include "http/resources/percent.hpp"
#include "http/resources/tables.hpp"
#include "rig.hpp"

namespace annals::test::paths_test {

TEST_CASE("a CRM path is served under its three mounts, with and without the trailing slash", "[http]") {
  Rig rig;
  const auto id = rig.person(R"({"name":"Ada"})");
  for (const std::string mount : {"", "/api/crm", "/dm/api/crm"}) {
    for (const std::string slash : {"", "/"}) {
      INFO(mount << " " << slash);
      CHECK(rig.get(mount + "/persons" + slash).at("count") == "1");
      CHECK(rig.get(mount + "/persons/" + id + slash).text("name") == "Ada");
      CHECK(rig.get(mount + "/persons/" + id + slash).response.route == "/persons/{id}/");
    }
  }
}

TEST_CASE("the other API groups are served under /dm too", "[http]") {
  Rig rig;
  CHECK(rig.get("/api/core/platform/").status() == 200);
  CHECK(rig.get("/dm/api/core/platform").status() == 200);
  CHECK(rig.get("/dm/api/catalog/invitations/platform/").status() == 200);
}

TEST_CASE("a path that no route has is not found, whoever asks and whatever the method", "[http]") {
  Rig rig;
  for (const std::string path : {"/",
                                 "",
                                 "//",
                                 "/nothing/",
                                 "/persons//",
                                 "//persons/",
                                 "/api/",
                                 "/api/crm/",
                                 "/dm/",
                                 "/dm/persons/",
                                 "/dm/healthz",
                                 "/api/crm/healthz",
                                 "/api/persons/",
                                 "/core/platform/",
                                 "/api/crm/api/core/platform/",
                                 "/persons/./",
                                 "/organizations/../persons/",
                                 "/organizations/%2e%2e/persons/",
                                 "/persons/%2E/",
                                 "/persons/%",
                                 "/persons/%4",
                                 "/persons/%zz/",
                                 "/persons/%00/",
                                 "/persons/%ff%fe/",
                                 "/persons/%c0%af/",
                                 "/persons%2f",
                                 "/pers%6Fns%2fmerge/",
                                 "/a/b/c/d/e/f/g/h/i/j/k/",
                                 "persons/",
                                 "/persons#x",
                                 "/Persons/"}) {
    INFO(path);
    const auto reply = rig.send("GET", path, {}, {{"Authorization", ""}});
    CHECK(reply.status() == 404);
    CHECK(reply.body() == R"({"detail":"Not found."})");
    CHECK(reply.response.route == "other");
    CHECK(rig.send("OPTIONS", path).status() == 404);
  }
}

TEST_CASE("an id that is none is a record that does not exist", "[http]") {
  Rig rig;
  for (const std::string id : {"7", "not-a-uuid", "a0000000-0000-4000-8000-00000000000", "%61b", "a%2Fb", "%E2%82%AC",
                               "a0000000-0000-4000-8000-0000000000001"}) {
    INFO(id);
    CHECK(rig.get("/persons/" + id + "/").status() == 404);
    CHECK(rig.send("DELETE", "/organizations/" + id + "/").status() == 404);
    CHECK(rig.put("/persons/" + id + "/", "{}").status() == 404);
    CHECK(rig.send("GET", "/persons/" + id + "/", {}, {{"Authorization", ""}}).status() == 401);
  }
  for (const std::string id : {"0", "-1", "+1", "01", "1.0", "x", "99999999999999999999", "999"}) {
    INFO(id);
    CHECK(rig.get("/api/core/rbac/roles/" + id + "/").status() == 404);
    CHECK(rig.patch("/api/core/rbac/policies/" + id + "/", "{}").status() == 404);
  }
}

TEST_CASE("escapes in a path are decoded", "[http]") {
  Rig rig;
  const auto id = rig.person(R"({"name":"Bea"})");
  CHECK(rig.get("/%70ersons/" + id.substr(0, 3) + "%" + "2d" + id.substr(4)).status() == 404);
  CHECK(rig.get("/%70ersons/" + id.substr(0, 8) + "%2D" + id.substr(9)).text("name") == "Bea");
}

TEST_CASE("a method that a path does not have is refused with what it has", "[http]") {
  Rig rig;
  const auto id = rig.person(R"({"name":"Cleo"})");
  struct Row {
    std::string method, path, allow;
  };
  for (const auto& [method, path, allow] :
       std::vector<Row>{{"PUT", "/persons/", "GET, HEAD, OPTIONS, POST"},
                        {"POST", "/persons/" + id + "/", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"},
                        {"GET", "/persons/merge/", "OPTIONS, POST"},
                        {"HEAD", "/persons/merge/", "OPTIONS, POST"},
                        {"BREW", "/organizations/", "GET, HEAD, OPTIONS, POST"},
                        {"get", "/organizations/", "GET, HEAD, OPTIONS, POST"},
                        {"DELETE", "/api/core/platform/", "GET, HEAD, OPTIONS, POST"},
                        {"POST", "/api/catalog/invitations/platform/check/", "GET, HEAD, OPTIONS"}}) {
    INFO(method << " " << path);
    const auto reply = rig.send(method, path);
    CHECK(reply.status() == 405);
    CHECK(reply.body() == R"({"detail":"Method \")" + method + R"(\" not allowed."})");
    CHECK(reply.header("Allow") == allow);
    const auto options = rig.send("OPTIONS", path, {}, {{"Authorization", ""}});
    CHECK(options.status() == 204);
    CHECK(options.body().empty());
    CHECK(options.header("Allow") == allow);
  }
  CHECK(rig.send("OPTIONS", "*").status() == 204);
}

TEST_CASE("HEAD answers as GET does", "[http]") {
  Rig rig;
  const auto id = rig.person(R"({"name":"Dora"})");
  const auto head = rig.send("HEAD", "/persons/" + id + "/");
  const auto get = rig.get("/persons/" + id + "/");
  CHECK(head.status() == 200);
  CHECK(head.body() == get.body());
  CHECK(head.header("ETag") == get.header("ETag"));
  CHECK(rig.send("HEAD", "/persons/").status() == 200);
}

TEST_CASE("percent encoding and decoding are each other's inverse", "[http]") {
  std::string every;
  for (int c = 0; c < 256; ++c) every += static_cast<char>(c);
  std::string encoded;
  http::append_percent_encoded(encoded, every);
  CHECK(http::percent_decode(encoded) == every);
  CHECK(http::form_decode(encoded) == every);
  CHECK(http::form_decode("a+b%20c%") == "a b c%");
  CHECK(http::form_decode("%4") == "%4");
  CHECK(http::percent_decode("a+b") == "a+b");
  CHECK_FALSE(http::percent_decode("%g0"));
}

}  // namespace annals::test::paths_test
