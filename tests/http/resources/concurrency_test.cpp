#include "http/resources/entity_tags.hpp"
#include "rig.hpp"

namespace annals::test::concurrency_test {

http::Request with_headers(const http::Headers& headers) {
  static http::ConnectionNotes connection;
  return http::Request{"GET", "/", headers, {}, false, {}, {}, {}, {}, connection};
}

TEST_CASE("If-Match looks at versions only; weak and unreadable tags never match", "[http]") {
  struct Row {
    std::string header;
    bool any;
    std::vector<StreamVersion> versions;
  };
  for (const auto& [header, any, versions] : std::vector<Row>{
           {"\"7\"", false, {StreamVersion{7}}},
           {"\"7-0123456789abcdef\"", false, {StreamVersion{7}}},
           {"\"7\", \"9-aa\" ,\"x\"", false, {StreamVersion{7}, StreamVersion{9}}},
           {"*", true, {}},
           {"W/\"7\"", false, {}},
           {"7", false, {}},
           {"\"\"", false, {}},
           {"\"7", false, {}},
           {"\"-7\"", false, {}},
           {"\"7x\"", false, {}},
           {"\"99999999999999999999\"", false, {}},
           {"\"a,\"7\"", false, {}},
           {"", false, {}},
       }) {
    INFO(header);
    http::Headers headers;
    headers.add("If-Match", header);
    const auto precondition = http::precondition_of(with_headers(headers));
    REQUIRE(precondition);
    CHECK(precondition->any == any);
    CHECK(precondition->versions == versions);
  }
  http::Headers twice;
  twice.add("If-Match", "\"1\"");
  twice.add("if-match", "\"2\"");
  CHECK(http::precondition_of(with_headers(twice))->versions.size() == 2);
  const http::Headers none;
  CHECK_FALSE(http::precondition_of(with_headers(none)));
}

TEST_CASE("a GET whose ETag the client has answers 304", "[http]") {
  Rig rig;
  const auto path = "/persons/" + rig.person(R"({"name":"Sol"})") + "/";
  const auto first = rig.get(path);
  const auto etag = first.header("ETag");
  CHECK(etag == "\"1\"");
  for (const auto& known : {etag, "W/" + etag, std::string("*"), "\"x\", " + etag}) {
    INFO(known);
    const auto reply = rig.get(path, {{"If-None-Match", known}});
    CHECK(reply.status() == 304);
    CHECK(reply.body().empty());
    CHECK(reply.header("ETag") == etag);
  }
  for (const std::string other : {"\"2\"", "1", "\"1", "\"1-0123456789abcdef\"", ""}) {
    INFO(other);
    CHECK(rig.get(path, {{"If-None-Match", other}}).body() == first.body());
  }
  rig.patch(path, R"({"name":"Sola"})");
  CHECK(rig.get(path, {{"If-None-Match", etag}}).status() == 200);
}

TEST_CASE("deleting a person's organization changes the person's ETag but not its version", "[http]") {
  Rig rig;
  const auto acme = rig.organization("Acme");
  const auto path = "/persons/" + rig.person(R"({"name":"Tom","organization":")" + acme + "\"}") + "/";
  const auto before = rig.get(path).header("ETag");
  CHECK(before.starts_with("\"1-"));
  REQUIRE(rig.send("DELETE", "/organizations/" + acme + "/").status() == 204);
  const auto after = rig.get(path);
  CHECK(after.at("organization") == "null");
  CHECK(after.header("ETag") != before);
  CHECK(rig.patch(path, R"({"name":"Tim"})", {{"If-Match", before}}).status() == 200);
}

TEST_CASE("a write whose If-Match no longer holds is refused, on every write of a record", "[http]") {
  Rig rig;
  const auto id = rig.person(R"({"name":"Una","primary_email":"una@u.example"})");
  const auto path = "/persons/" + id + "/";
  const auto duplicate = rig.person(R"({"name":"Una B"})");
  const auto organization = "/organizations/" + rig.organization("Ulm") + "/";
  for (const std::string stale : {"\"2\"", "W/\"1\"", "nonsense"}) {
    const HeaderList header = {{"If-Match", stale}};
    INFO(stale);
    CHECK(rig.put(path, R"({"name":"V"})", header).status() == 412);
    CHECK(rig.patch(path, R"({"name":"V"})", header).status() == 412);
    CHECK(rig.send("DELETE", path, {}, header).status() == 412);
    CHECK(rig.post(path + "invite/", "{}", header).status() == 412);
    CHECK(rig.post(path + "link-user/", R"({"user_id":1})", header).status() == 412);
    CHECK(
        rig.post("/persons/merge/", R"({"primary_id":")" + id + R"(","duplicate_ids":[")" + duplicate + "\"]}", header)
            .status() == 412);
    CHECK(rig.put(organization, R"({"name":"V"})", header).status() == 412);
    CHECK(rig.patch(organization, R"({"name":"V"})", header).status() == 412);
    const auto refused = rig.send("DELETE", organization, {}, header);
    CHECK(refused.status() == 412);
    CHECK(refused.body() == R"({"detail":"The record has changed: If-Match does not hold."})");
  }
  CHECK(rig.get(path).text("name") == "Una");
  const auto patched = rig.patch(path, R"({"name":"Uma"})", {{"If-Match", "\"5\", \"1\""}});
  CHECK(patched.status() == 200);
  CHECK(patched.header("ETag") == "\"2\"");
  CHECK(rig.patch(path, R"({"name":"Ugo"})", {{"If-Match", "*"}}).header("ETag") == "\"3\"");
  CHECK(rig.post("/persons/", R"({"name":"New"})", {{"If-Match", "\"9\""}}).status() == 201);
}

TEST_CASE("a POST repeated with its Idempotency-Key gets the first answer again", "[http]") {
  Rig rig;
  const HeaderList key = {{"Idempotency-Key", "order 66"}};
  const auto first = rig.post("/persons/", R"({"name":"Viv"})", key);
  const auto events = rig.backend.events;
  CHECK(first.status() == 201);
  CHECK(first.header("Idempotent-Replayed").empty());
  for (const std::string path : {"/persons", "/api/crm/persons/", "/dm/api/crm/persons"}) {
    INFO(path);
    const auto again = rig.post(path, R"({"name":"Viv"})", key);
    CHECK(again.status() == 201);
    CHECK(again.body() == first.body());
    CHECK(again.header("ETag") == first.header("ETag"));
    CHECK(again.header("Idempotent-Replayed") == "true");
  }
  CHECK(rig.backend.events == events);
}

TEST_CASE("an Idempotency-Key used for another request is refused", "[http]") {
  Rig rig;
  const HeaderList key = {{"Idempotency-Key", "k1"}};
  const auto id = rig.person(R"({"name":"Willa","primary_email":"w@w.example"})");
  REQUIRE(rig.post("/persons/", R"({"name":"Wim"})", key).status() == 201);
  CHECK(rig.post("/persons/", R"({"name":"Wum"})", key).status() == 422);
  CHECK(rig.post("/organizations/", R"({"name":"Wim"})", key).status() == 422);
  CHECK(rig.post("/persons/" + id + "/invite/", R"({"name":"Wim"})", key).status() == 422);
  CHECK(rig.post("/persons/", R"({"name":7777777777777777777777})", key).status() == 400);
  const auto reused = rig.post("/persons/", R"({"name":""})", key);
  CHECK(reused.status() == 422);
  CHECK(reused.body() == R"({"detail":"This Idempotency-Key was used for another request."})");
  auto other_type = key;
  other_type.emplace_back("Content-Type", "application/scim+json");
  CHECK(rig.send("POST", "/persons/", R"({"name":"Wim"})", other_type).status() == 422);
}

TEST_CASE("an Idempotency-Key is the user's own, whichever of its keys is used", "[http]") {
  Rig rig;
  const auto admin_again = with_key(rig.backend.issue_key(MemoryBackend::kMain, "admin", {}));
  auto xena = rig.member_key("xena", {"CRM User"});
  const auto create = [&](HeaderList headers) {
    headers.emplace_back("Idempotency-Key", "shared");
    return rig.post("/persons/", R"({"name":"Xan"})", headers);
  };
  const auto first = create({});
  CHECK(create(admin_again).header("Idempotent-Replayed") == "true");
  const auto hers = create(xena);
  CHECK(hers.status() == 201);
  CHECK(hers.text("id") != first.text("id"));
}

TEST_CASE("a refused or eventless POST keeps no answer", "[http]") {
  Rig rig;
  const HeaderList key = {{"Idempotency-Key", "again"}};
  CHECK(rig.post("/persons/", R"({"name":""})", key).status() == 400);
  CHECK(rig.post("/persons/", R"({"name":"Yan"})", key).status() == 201);
}

TEST_CASE("an Idempotency-Key has 1 to 255 printable characters", "[http]") {
  Rig rig;
  for (const auto& odd : {std::string(), std::string(256, 'k'), std::string("tab\there"), std::string("\xc3\xa9")}) {
    INFO(odd);
    const auto reply = rig.post("/persons/", R"({"name":"Zoe"})", {{"Idempotency-Key", odd}});
    CHECK(reply.status() == 400);
    CHECK(reply.body() == R"({"detail":"Idempotency-Key must be 1 to 255 printable ASCII characters."})");
  }
  CHECK(rig.post("/persons/", R"({"name":"Zoe"})", {{"Idempotency-Key", std::string(255, 'k')}}).status() == 201);
  const auto path = "/persons/" + rig.person(R"({"name":"Zed"})") + "/";
  CHECK(rig.patch(path, R"({"name":"Zak"})", {{"Idempotency-Key", ""}}).status() == 200);
  CHECK(rig.backend.idempotency_seen.size() == 1);
}

TEST_CASE("no Idempotency-Key is honoured where the answer holds a secret", "[http]") {
  Rig rig;
  const HeaderList key = {{"Idempotency-Key", "secret"}};
  CHECK(rig.post("/api/core/platform/api-tokens/", R"({"name":"t1"})", key).status() == 201);
  CHECK(rig.post("/api/core/platform/api-tokens/", R"({"name":"t1"})", key).status() == 400);
  CHECK(rig.backend.idempotency_seen.empty());
}

TEST_CASE("the request's id becomes the correlation id", "[http]") {
  Rig rig;
  rig.person(R"({"name":"Abe"})");
  CHECK(rig.backend.last_correlation == *CorrelationId::parse("11111111-2222-4333-8444-555555555555"));
}

}  // namespace annals::test::concurrency_test
