#include "rig.hpp"

namespace annals::test::dry_run_test {

TEST_CASE("a dry run answers what a write would answer, and writes nothing", "[http]") {
  Rig rig;
  const auto path = "/persons/" + rig.person(R"({"name":"Ada"})") + "/";
  const auto before = rig.get(path).body();
  const auto events = rig.backend.events;
  const auto dry = rig.patch(path + "?dry_run=true", R"({"job_title":"Smith"})");
  CHECK(dry.status() == 200);
  CHECK(dry.text("job_title") == "Smith");
  CHECK(dry.at("dry_run") == "true");
  CHECK(dry.at("status_code") == "200");
  CHECK(dry.text("events.0.type") == "PersonUpdated");
  CHECK(dry.at("events.0.version") == "2");
  CHECK(dry.text("events.0.data.job_title") == "Smith");
  CHECK(dry.at("events.1").empty());
  CHECK(dry.header("ETag").empty());
  const auto created = rig.post("/persons/?dry_run=1", R"({"name":"Bo"})");
  CHECK(created.status() == 200);
  CHECK(created.at("status_code") == "201");
  CHECK(created.header("Location").empty());
  const auto deleted = rig.send("DELETE", path + "?dry_run=True");
  CHECK(deleted.status() == 200);
  CHECK(deleted.body() == R"({"dry_run":true,"status_code":204,"events":[{"stream":"person-)" + path.substr(9, 36) +
                              R"(","version":2,"type":"PersonDeleted","data":{"person":")" + path.substr(9, 36) +
                              R"("}}]})");
  CHECK(rig.get(path).body() == before);
  CHECK(rig.backend.events == events);
  CHECK(rig.patch(path + "?dry_run=0", R"({"job_title":"Smith"})").header("ETag") == "\"2\"");
}

TEST_CASE("a dry run keeps the status that a deal has apart from the one of its answer", "[http]") {
  Rig rig;
  const auto pipeline = rig.post("/pipelines/", R"({"name":"Loans","code":"loans"})").at("id");
  rig.post("/pipelines/" + pipeline + "/stages/", R"({"name":"Signed","code":"signed","is_won":true})");
  const auto person = rig.person(R"({"name":"Ada"})");
  const auto dry = rig.post("/deals/?dry_run=true",
                            R"({"title":"Loom","pipeline":)" + pipeline + R"(,"person":")" + person + R"("})");
  CHECK(dry.status() == 200);
  CHECK(dry.text("status") == "won");
  CHECK(dry.at("status_code") == "201");
}

TEST_CASE("a dry_run that cannot be read writes nothing", "[http]") {
  Rig rig;
  const auto events = rig.backend.events;
  for (const auto* query : {"?dry_run", "?dry_run=", "?dry_run=yes", "?dry_run=false&dry_run=2", "?dry%5Frun=maybe"}) {
    INFO(query);
    const auto reply = rig.post(std::string("/persons/") + query, R"({"name":"Ada"})");
    CHECK(reply.status() == 400);
    CHECK(reply.body() == R"({"dry_run":["Must be a valid boolean."]})");
  }
  CHECK(rig.backend.events == events);
}

TEST_CASE("a dry run shows no secret", "[http]") {
  Rig rig;
  const auto reply = rig.post("/api/core/platform/api-tokens/?dry_run=true", R"({"name":"never"})");
  CHECK(reply.status() == 200);
  CHECK(reply.at("key") == "null");
  CHECK(reply.at("status_code") == "201");
  CHECK(reply.text("events.0.type") == "ApiKeyIssued");
}

TEST_CASE("an answered write says at which position it stands", "[http]") {
  Rig rig;
  const auto path = "/persons/" + rig.person(R"({"name":"Ada"})") + "/";
  const auto first = std::stoull(rig.patch(path, R"({"job_title":"Smith"})").header("X-Position"));
  CHECK(std::stoull(rig.patch(path, R"({"job_title":"Smith"})").header("X-Position")) == first);
  CHECK(std::stoull(rig.patch(path, R"({"job_title":"Judge"})").header("X-Position")) == first + 1);
  CHECK(std::stoull(rig.send("DELETE", path).header("X-Position")) == first + 2);
  CHECK(rig.send("DELETE", path).header("X-Position").empty());
}

}  // namespace annals::test::dry_run_test
