#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "http/problems.hpp"
#include "http/resources/tables.hpp"
#include "rig.hpp"

namespace annals::test::operations_test {

const HeaderList kNobody = {{"Authorization", ""}};

TEST_CASE("operators are answered without a key, and before the server is ready", "[http]") {
  Rig rig;
  CHECK(rig.get("/readyz", kNobody).body() == R"({"status":"ready","writes":true})");
  rig.backend.writes = false;
  CHECK(rig.get("/readyz", kNobody).body() == R"({"status":"ready","writes":false})");
  rig.backend.not_ready = "projections are loading: 40 %";
  const auto waiting = rig.get("/readyz/", kNobody);
  CHECK(waiting.status() == 503);
  CHECK(waiting.body() == R"({"status":"not ready","reason":"projections are loading: 40 %"})");
  CHECK(waiting.header("Retry-After") == "1");
  CHECK(rig.get("/healthz", kNobody).body() == R"({"status":"ok"})");
  const auto metrics = rig.get("/metrics", kNobody);
  CHECK(metrics.body() == "annals_build_info 1\n");
  CHECK(metrics.response.content_type == "text/plain; version=0.0.4");
  CHECK(rig.get("/docs/", kNobody).status() == 200);
  CHECK(rig.get("/openapi.json", kNobody).status() == 200);
  CHECK(rig.send("POST", "/healthz", {}, kNobody).status() == 405);
}

TEST_CASE("until the server is ready, the API answers 503", "[http]") {
  Rig rig;
  rig.backend.not_ready = "loading";
  for (const std::string path : {"/persons/", "/api/crm/organizations/", "/api/core/platform/"}) {
    const auto reply = rig.get(path);
    CHECK(reply.status() == 503);
    CHECK(reply.header("Retry-After") == "1");
    CHECK(reply.body() == R"({"detail":"Not ready: loading"})");
  }
  CHECK(rig.get("/nothing/").status() == 404);
  CHECK(rig.get("/api/catalog/invitations/platform/check/?email=a@b.example", kNobody).status() == 503);
}

TEST_CASE("the browsable reference needs nothing from elsewhere", "[http]") {
  Rig rig;
  const auto page = rig.get("/docs", kNobody);
  CHECK(page.response.content_type == "text/html; charset=utf-8");
  CHECK(page.header("Content-Security-Policy").starts_with("default-src 'self'"));
  const auto html = page.body();
  CHECK(html.find("http") == std::string::npos);
  std::size_t assets = 0;
  for (auto at = html.find("=\"/docs/"); at != std::string::npos; at = html.find("=\"/docs/", at + 1)) {
    const auto path = html.substr(at + 2, html.find('"', at + 2) - at - 2);
    INFO(path);
    CHECK(rig.get(path, kNobody).status() == 200);
    ++assets;
  }
  CHECK(assets == 4);
  CHECK(rig.get("/docs/reference.js", kNobody).body().find("/openapi.json") != std::string::npos);
  CHECK(rig.get("/docs/reference.js", kNobody).response.content_type == "text/javascript; charset=utf-8");
  CHECK(rig.get("/docs/other.js", kNobody).status() == 404);
}

/// Of a JSON object, by value.
std::vector<std::pair<std::string, std::string>> members_of(std::string_view object) {
  std::vector<std::pair<std::string, std::string>> members;
  for (const auto& [name, value] : json_members(object)) members.emplace_back(name, value);
  return members;
}

std::string lower(std::string_view method) {
  std::string lowered(method);
  for (auto& c : lowered) c = static_cast<char>(c | 0x20);
  return lowered;
}

/// `get /persons/` and its like.
std::set<std::string> operations_in(const std::string& document) {
  std::set<std::string> operations;
  for (const auto& [path, methods] : members_of(json_at(document, "paths"))) {
    for (const auto& [method, operation] : members_of(methods)) operations.insert(method + " " + path);
  }
  return operations;
}

/// A member whose name may hold dots and slashes.
std::string member_of(std::string_view object, std::string_view name) {
  for (const auto& [key, value] : members_of(object)) {
    if (key == name) return value;
  }
  return {};
}

TEST_CASE("the OpenAPI document and the routes agree in both directions", "[http]") {
  Rig rig;
  std::set<std::string> expected;
  for (const auto& table : http::all_routes()) {
    for (const auto& route : table.routes) {
      expected.insert(lower(route.method) + " " + std::string(route.path));
      if (table.mounts == http::Mounts::crm) {
        expected.insert(lower(route.method) + " /api/crm" + std::string(route.path));
      }
    }
  }
  const auto document = rig.get("/openapi.json").body();
  REQUIRE(parse_json(document));
  CHECK(operations_in(document) == expected);
  for (const auto& operation : operations_in(document)) {
    const auto space = operation.find(' ');
    auto path = operation.substr(space + 1);
    if (const auto open = path.find('{'); open != std::string::npos) {
      path.replace(open, path.find('}') - open + 1, "c0ffee00-0000-4000-8000-000000000006");
    }
    INFO(operation);
    const auto allowed = rig.send("OPTIONS", path).header("Allow");
    std::string method = operation.substr(0, space);
    for (auto& c : method) c = static_cast<char>(c & ~0x20);
    CHECK(allowed.find(method) != std::string::npos);
  }
}

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::set<std::string> names_in(std::string_view array_of_parameters) {
  std::set<std::string> names;
  if (array_of_parameters.empty()) return names;
  for (const auto parameter : json_elements(array_of_parameters)) {
    names.insert(json_at(parameter, "in") + json_at(parameter, "name"));
  }
  return names;
}

TEST_CASE("every operation of the published contract is there, as it was published", "[http]") {
  Rig rig;
  const auto ours = rig.get("/openapi.json").body();
  const auto seed = parse_json(file_text(ANNALS_SEED_OPENAPI))->text;
  std::size_t compared = 0;
  const auto seed_paths = member_of(seed, "paths");
  const auto our_paths = member_of(ours, "paths");
  for (const auto& [path, methods] : members_of(seed_paths)) {
    const auto our_methods = member_of(our_paths, path);
    for (const auto& [method, theirs] : members_of(methods)) {
      INFO(method << " " << path);
      const auto operation = member_of(our_methods, method);
      REQUIRE_FALSE(operation.empty());
      CHECK(json_at(operation, "operationId") == json_at(theirs, "operationId"));
      CHECK(json_at(operation, "x-permission") == json_at(theirs, "x-permission"));
      CHECK(json_at(operation, "tags") == json_at(theirs, "tags"));
      const auto names = names_in(json_at(operation, "parameters"));
      for (const auto& name : names_in(json_at(theirs, "parameters"))) CHECK(names.contains(name));
      CHECK(json_at(operation, "requestBody") == json_at(theirs, "requestBody"));
      const auto their_responses = json_at(theirs, "responses");
      const auto our_responses = json_at(operation, "responses");
      for (const auto& [status, response] : members_of(their_responses)) {
        const auto our_response = member_of(our_responses, status);
        INFO(status);
        CHECK_FALSE(our_response.empty());
        const auto content = json_at(response, "content");
        if (!content.empty()) CHECK(json_at(our_response, "content") == content);
      }
      ++compared;
    }
  }
  CHECK(compared == 30);
}

TEST_CASE("the published schemas are kept, but for the two known additions", "[http]") {
  Rig rig;
  const auto ours = member_of(member_of(rig.get("/openapi.json").body(), "components"), "schemas");
  const auto seed = parse_json(file_text(ANNALS_SEED_OPENAPI))->text;
  for (const auto& [name, schema] : members_of(member_of(member_of(seed, "components"), "schemas"))) {
    INFO(name);
    const auto our_schema = member_of(ours, name);
    REQUIRE_FALSE(our_schema.empty());
    CHECK(member_of(our_schema, "required") == member_of(schema, "required"));
    const auto properties = member_of(schema, "properties");
    if (properties.empty()) {
      CHECK(our_schema == schema);
      continue;
    }
    for (const auto& [property, value] : members_of(properties)) {
      INFO(property);
      const auto our_value = member_of(member_of(our_schema, "properties"), property);
      if (property == "primary_email") {
        CHECK(our_value == value.substr(0, value.size() - 1) + R"(,"nullable":true})");
      } else {
        CHECK(our_value == value);
      }
    }
  }
}

/// Every name behind "#/components/schemas/" in the document.
std::set<std::string> references_in(const std::string& document) {
  constexpr std::string_view kPrefix = "#/components/schemas/";
  std::set<std::string> names;
  for (auto at = document.find(kPrefix); at != std::string::npos; at = document.find(kPrefix, at + 1)) {
    const auto from = at + kPrefix.size();
    names.insert(document.substr(from, document.find('"', from) - from));
  }
  return names;
}

TEST_CASE("the OpenAPI document refers to all of its schemas and to no others, and ids are unique", "[http]") {
  Rig rig;
  const auto document = rig.get("/openapi.json").body();
  std::set<std::string> defined;
  for (const auto& [name, schema] : members_of(member_of(member_of(document, "components"), "schemas"))) {
    defined.insert(name);
  }
  CHECK(references_in(document) == defined);
  std::set<std::string> ids;
  std::size_t operations = 0;
  for (const auto& [path, methods] : members_of(member_of(document, "paths"))) {
    for (const auto& [method, operation] : members_of(methods)) {
      ids.insert(json_at(operation, "operationId"));
      ++operations;
    }
  }
  CHECK(ids.size() == operations);
  CHECK(json_at(document, "info.version") == R"("1.2.3")");
}

TEST_CASE("every problem has its status and its sentence", "[http]") {
  const std::map<ProblemCode, unsigned> statuses = {{ProblemCode::not_found, 404},
                                                    {ProblemCode::invalid_page, 404},
                                                    {ProblemCode::not_authenticated, 401},
                                                    {ProblemCode::invalid_token, 401},
                                                    {ProblemCode::permission_denied, 403},
                                                    {ProblemCode::method_not_allowed, 405},
                                                    {ProblemCode::invalid_fields, 400},
                                                    {ProblemCode::bad_request, 400},
                                                    {ProblemCode::malformed_body, 400},
                                                    {ProblemCode::body_too_large, 413},
                                                    {ProblemCode::unsupported_media_type, 415},
                                                    {ProblemCode::idempotency_key_reused, 422},
                                                    {ProblemCode::idempotency_in_progress, 409},
                                                    {ProblemCode::version_conflict, 412},
                                                    {ProblemCode::person_without_email, 400},
                                                    {ProblemCode::active_invitation_exists, 409},
                                                    {ProblemCode::person_already_linked, 422},
                                                    {ProblemCode::record_in_use, 409},
                                                    {ProblemCode::user_not_a_member, 403},
                                                    {ProblemCode::role_in_use, 409},
                                                    {ProblemCode::rate_limited, 429},
                                                    {ProblemCode::queue_full, 503},
                                                    {ProblemCode::store_unavailable, 503},
                                                    {ProblemCode::outcome_unknown, 503},
                                                    {ProblemCode::event_unreadable, 500},
                                                    {ProblemCode::stopping, 503}};
  for (const auto& [code, status] : statuses) {
    const Reply plain{http::respond(Problem(code))};
    CHECK(plain.status() == status);
    CHECK(plain.text("detail").size() > 5);
    CHECK(Reply{http::respond(Problem(code, "Said \"so\"."))}.body() == R"({"detail":"Said \"so\"."})");
    CHECK(plain.header("WWW-Authenticate") == (status == 401 ? "Api-Token" : ""));
    CHECK(plain.header("Retry-After").empty() == (status != 503 && status != 429));
  }
}

TEST_CASE("what keeps a record from being deleted is counted", "[http]") {
  const auto body = Reply{http::respond(Problem(ProtectedBy{"deals", 3}))}.body();
  CHECK(json_at(body, "protected_by") == R"({"deals":3})");
  CHECK(json_at(body, "detail").size() > 5);
}

TEST_CASE("field errors are shown as they came, those of list items by their index", "[http]") {
  FieldErrors errors = {{"name", {"One.", "T\"wo."}}, {"ids", {}, {{2, {"Three."}}, {7, {"Four.", "Five."}}}}};
  CHECK(Reply{http::respond(Problem(errors))}.body() ==
        R"({"name":["One.","T\"wo."],"ids":{"2":["Three."],"7":["Four.","Five."]}})");
}

}  // namespace annals::test::operations_test
