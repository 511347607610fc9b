#include "rig.hpp"

namespace annals::test::import_test {
namespace {

Reply send_as(Rig& rig, const std::string& type, std::string_view body, const std::string& path = "/persons/import/",
              HeaderList headers = {}) {
  headers.emplace_back("Content-Type", type);
  return rig.send("POST", path, body, std::move(headers));
}

std::uint64_t count_of(Rig& rig, const std::string& path) {
  return std::stoull(rig.get(path).at("count"));
}

}  // namespace

TEST_CASE("persons are imported from CSV, NDJSON and a JSON array", "[http]") {
  Rig rig;
  rig.organization("Engines");
  const auto csv = send_as(rig, "text/csv; charset=utf-8",
                           "name;organization;unique_id\nAda;Engines;u-1\nBob;Docks;u-2\nCid;;u-1\n");
  CHECK(csv.status() == 200);
  CHECK(
      csv.body() ==
      R"({"created":1,"skipped":1,"rejected":[{"line":3,"errors":{"organization":["Invalid pk \"Docks\" - object does not exist."]}}]})");
  CHECK(send_as(rig, "application/x-ndjson", "{\"name\":\"Dee\"}\n\n{\"name\":\"\"}\n").body() ==
        R"({"created":1,"skipped":0,"rejected":[{"line":3,"errors":{"name":["This field may not be blank."]}}]})");
  CHECK(
      send_as(rig, "application/json", R"([{"name":"Eve"},7,{"name":"Fay"}])", "/dm/api/crm/persons/import").body() ==
      R"({"created":2,"skipped":0,"rejected":[{"line":2,"errors":{"non_field_errors":["Invalid data. Expected a dictionary, but got int."]}}]})");
  CHECK(count_of(rig, "/persons/") == 4);
  const auto ada = rig.get("/persons/?search=Ada");
  CHECK(ada.text("results.0.unique_id") == "u-1");
  CHECK(ada.at("results.0.organization") != "null");
}

TEST_CASE("organizations are imported at their own path, whatever their type says", "[http]") {
  Rig rig;
  const auto reply = send_as(rig, "text/csv",
                             "name,address,type\nEngines,,person\nLooms,\"{\"\"city\"\":\"\"Leeds\"\"}\",\nEngines,,\n",
                             "/api/crm/organizations/import/");
  CHECK(reply.body() == R"({"created":2,"skipped":1,"rejected":[]})");
  CHECK(count_of(rig, "/organizations/") == 2);
  CHECK(count_of(rig, "/persons/") == 0);
}

TEST_CASE("a dry run of an import says of every record what would become of it, and writes none", "[http]") {
  Rig rig;
  send_as(rig, "text/csv", "name,unique_id\nAda,u-1\n");
  const auto events = rig.backend.events;
  std::string lines = "name,unique_id,job_title\n";
  for (int i = 1; i <= 300; ++i) lines += "N,u-" + std::to_string(i) + ",\n";
  lines += "M,u-299,Smith\n,u-9,\n";
  const auto errors = R"("rejected":[{"line":303,"errors":{"name":["This field may not be blank."],)"
                      R"("unique_id":["person with this unique id already exists."]}}])";
  CHECK(send_as(rig, "text/csv", lines, "/persons/import/?dry_run=true").body() ==
        std::string(R"({"created":299,"skipped":2,)") + errors + R"(,"dry_run":true})");
  CHECK(rig.backend.events == events);
  CHECK(send_as(rig, "text/csv", lines).body() == std::string(R"({"created":299,"skipped":2,)") + errors + '}');
  CHECK(send_as(rig, "text/csv", lines, "/persons/import/?dry_run=perhaps").status() == 400);
  CHECK(send_as(rig, "application/x-ndjson", "", "/persons/import/?dry_run=true").body() ==
        R"({"created":0,"skipped":0,"rejected":[],"dry_run":true})");
}

TEST_CASE("an import updates what is there when it is asked to", "[http]") {
  Rig rig;
  send_as(rig, "text/csv", "name,unique_id,job_title\nAda,u-1,Countess\n");
  const std::string csv = "unique_id,name,lifecycle_stage\nu-1,Ada L.,customer\nu-1,Ada L.,\nu-2,Bob,lead\n,Cid,lead\n";
  const auto report =
      R"({"created":1,"updated":1,"unchanged":1,"skipped":0,"rejected":[{"line":5,"errors":{"unique_id":["This field is required."]}}])";
  CHECK(send_as(rig, "text/csv", csv, "/persons/import/?upsert=true&dry_run=true").body() ==
        std::string(report) + R"(,"dry_run":true})");
  CHECK(send_as(rig, "text/csv", csv, "/persons/import/?upsert=true").body() == std::string(report) + '}');
  const auto ada = rig.get("/persons/?search=u-1");
  CHECK(ada.text("results.0.name") == "Ada L.");
  CHECK(ada.text("results.0.job_title") == "Countess");
  CHECK(ada.text("results.0.lifecycle_stage") == "customer");
  CHECK(send_as(rig, "application/json", R"([{"unique_id":"u-2"}])", "/persons/import/?upsert=1").body() ==
        R"({"created":0,"updated":0,"unchanged":1,"skipped":0,"rejected":[]})");
  CHECK(send_as(rig, "text/csv", csv, "/persons/import/?upsert=maybe").at("upsert") ==
        R"(["Must be a valid boolean."])");
}

TEST_CASE("an import reads columns as the fields that they are mapped to", "[http]") {
  Rig rig;
  const std::string at = "/persons/import/?map=Full+Name%3Dname&map=Town%3Dmetadata.City&map=notes%3D";
  CHECK(send_as(rig, "text/csv", "full name,town,notes\nAda,London,x\nBob,,y\n", at).body() ==
        R"({"created":2,"skipped":0,"rejected":[]})");
  CHECK(rig.get("/persons/?search=Ada").at("results.0.metadata") == R"({"City":"London"})");
  CHECK(rig.get("/persons/?search=Bob").at("results.0.metadata") == "{}");
  CHECK(
      send_as(rig, "application/json", R"([{"Full Name":"Cid","Town":5},{"Full Name":"D","name":"E"}])", at).body() ==
      R"({"created":1,"skipped":0,"rejected":[{"line":2,"errors":{"non_field_errors":["The field \"name\" is given twice."]}}]})");
  CHECK(rig.get("/persons/?search=Cid").at("results.0.metadata") == R"({"City":5})");
  CHECK(send_as(rig, "text/csv", "name\nA\n", at).body() ==
        R"({"detail":"The body cannot be imported: its header line has no column \"full name\"."})");
  CHECK(send_as(rig, "text/csv", "name\nA\n", "/persons/import/?map=a%3Daddress").at("map") ==
        R"(["persons have no field \"address\"."])");
  CHECK(send_as(rig, "text/csv", "name\nA\n", "/persons/import/?map=name").at("map") ==
        R"(["\"name\" is not of the form column=field."])");
  CHECK(count_of(rig, "/persons/") == 3);
}

TEST_CASE("importing is refused as creating is", "[http]") {
  Rig rig;
  const auto viewer = rig.member_key("vera", {"CRM Viewer"});
  const auto user = rig.member_key("ursula", {"CRM User"});
  CHECK(send_as(rig, "text/csv", "name\nA\n", "/persons/import/", viewer).status() == 403);
  CHECK(send_as(rig, "text/csv", "name\nA\n", "/organizations/import/", viewer).status() == 403);
  CHECK(send_as(rig, "text/csv", "name\nA\n", "/persons/import/", user).status() == 200);
  CHECK(send_as(rig, "text/csv", "name\nA\n", "/persons/import/", {{"Authorization", ""}}).status() == 401);
  CHECK(rig.get("/persons/import/").status() == 405);
  rig.body_too_large = true;
  CHECK(send_as(rig, "text/csv", "").status() == 413);
}

TEST_CASE("a body that cannot be imported as a whole is a 400 or a 415", "[http]") {
  Rig rig;
  const auto key = HeaderList{{"Idempotency-Key", "k-1"}};
  CHECK(send_as(rig, "text/csv", "title\nA\n").body() ==
        R"({"detail":"The body cannot be imported: its header line has no column \"name\"."})");
  CHECK(send_as(rig, "text/csv", "").status() == 400);
  CHECK(send_as(rig, "application/json", R"({"name":"A"})").body() ==
        R"({"non_field_errors":["Expected a list of items but got type \"dict\"."]})");
  CHECK(send_as(rig, "application/json", "[{]").status() == 400);
  CHECK(send_as(rig, "text/plain", "name\nA\n").status() == 415);
  CHECK(send_as(rig, "text/csv; charset=latin1", "name\nA\n").status() == 415);
  CHECK(send_as(rig, "text/csv", "name\nA\n", "/persons/import/", key).status() == 400);
  CHECK(send_as(rig, "application/x-ndjson", "").body() == R"({"created":0,"skipped":0,"rejected":[]})");
  std::string many;
  for (int i = 0; i <= 5000; ++i) many += "{}\n";
  CHECK(send_as(rig, "application/x-ndjson", many).body() == R"({"detail":"At most 5000 records in one request."})");
  CHECK(count_of(rig, "/persons/") == 0);
}

TEST_CASE("many records are several commits, in order", "[http]") {
  Rig rig;
  std::string lines;
  for (int i = 1; i <= 450; ++i)
    lines += "{\"name\":\"N" + std::to_string(i) + "\",\"unique_id\":\"u" + std::to_string(i) + "\"}\n";
  CHECK(send_as(rig, "application/x-ndjson", lines).body() == R"({"created":450,"skipped":0,"rejected":[]})");
  CHECK(send_as(rig, "application/x-ndjson", lines + "{\"name\":\"last\"}\n").body() ==
        R"({"created":1,"skipped":450,"rejected":[]})");
  CHECK(count_of(rig, "/persons/") == 451);
  CHECK(rig.get("/persons/?page_size=2").text("results.1.name") == "N450");
}

TEST_CASE("an import that the store interrupts says how far it came", "[http]") {
  Rig rig;
  std::string lines;
  for (int i = 1; i <= 450; ++i) lines += "{\"name\":\"N" + std::to_string(i) + "\"}\n";
  rig.backend.refuse_all = ProblemCode::store_unavailable;
  rig.backend.done_before_refusing = 2;
  const auto known = send_as(rig, "application/x-ndjson", lines);
  CHECK(known.status() == 503);
  CHECK(known.header("Retry-After") == "1");
  CHECK(known.at("created") == "400");
  CHECK(known.at("next_line") == "401");
  CHECK(known.text("detail").starts_with("The store takes no writes"));
  rig.backend.refuse_all = ProblemCode::outcome_unknown;
  const auto unknown = send_as(rig, "application/x-ndjson", lines);
  CHECK(unknown.status() == 503);
  CHECK(unknown.at("created") == "0");
  CHECK(unknown.at("next_line") == "null");
  CHECK(count_of(rig, "/persons/") == 400);
}

}  // namespace annals::test::import_test
