#include "http/snapshots.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "rig.hpp"

namespace annals::snapshots_test {
using namespace annals::test;

TEST_CASE("a snapshot is created in the format and of the position that the body names", "[http][snapshots]") {
  Rig rig;
  const auto created = rig.post("/dm/api/crm/snapshots", "{}");
  CHECK(created.status() == 202);
  CHECK(created.at("state") == R"("building")");
  CHECK(created.header("Location") == "/dm/api/crm/snapshots/50/");
  CHECK(rig.snapshots.wish == "main sqlite -");
  const auto there = rig.post("/snapshots/", R"({"format":"csv","at":42})");
  CHECK(there.status() == 200);
  CHECK(there.header("Location") == "/snapshots/42/");
  CHECK(rig.snapshots.wish == "main csv 42");
  CHECK(rig.send("POST", "/snapshots/").status() == 202);
}

TEST_CASE("a snapshot that cannot be is refused by its field", "[http][snapshots]") {
  Rig rig;
  const auto faulty = rig.post("/snapshots/", R"({"format":"xls","at":0})");
  CHECK(faulty.status() == 400);
  CHECK(faulty.body() == R"({"format":["\"xls\" is not a valid choice."],)"
                         R"("at":["Ensure this value is greater than or equal to 1."]})");
  CHECK(rig.post("/snapshots/", R"({"at":"soon"})").body() == R"({"at":["A valid integer is required."]})");
  CHECK(rig.post("/snapshots/?dry_run=true", "{}").status() == 400);
  CHECK(rig.send("DELETE", "/snapshots/42/?dry_run=true").status() == 400);
  CHECK(rig.snapshots.wish.empty());
}

TEST_CASE("why there is no snapshot, or nothing to compare, decides on the status", "[http][snapshots]") {
  Rig rig;
  using Why = SnapshotRefusal::Why;
  const std::vector<std::tuple<SnapshotRefusal, unsigned, std::string>> rows = {
      {{Why::no_such_state, "The log ends at position 7."}, 400, R"({"at":["The log ends at position 7."]})"},
      {{Why::not_found}, 404, R"({"detail":"Not found."})"},
      {{Why::conflict, "Delete one."}, 409, R"({"detail":"Delete one."})"},
      {{Why::busy}, 503, R"({"detail":"Too many snapshots wait to be built. Try again."})"},
      {{Why::stopping}, 503, R"({"detail":"The server is stopping; nothing was written. Try again."})"},
  };
  for (const auto& [refusal, status, body] : rows) {
    rig.snapshots.refusal = refusal;
    for (const auto& reply : {rig.post("/snapshots/", "{}"), rig.get("/snapshots/42/diff/43/")}) {
      CHECK(reply.status() == status);
      CHECK(reply.body() == body);
    }
  }
}

TEST_CASE("snapshots are listed, read and deleted", "[http][snapshots]") {
  Rig rig;
  const auto list = rig.get("/snapshots/");
  CHECK(list.status() == 200);
  CHECK(list.at("count") == "1");
  CHECK(list.at("results.0.position") == "42");
  CHECK(rig.get("/snapshots/?page=2").status() == 404);
  CHECK(rig.get("/snapshots/42").at("state") == R"("ready")");
  for (const auto* none : {"/snapshots/43/", "/snapshots/0/", "/snapshots/042/", "/snapshots/latest/"}) {
    CHECK(rig.get(none).status() == 404);
    CHECK(rig.send("DELETE", none).status() == 404);
  }
  CHECK(rig.send("DELETE", "/snapshots/42/").status() == 204);
  CHECK(rig.put("/snapshots/42/", "{}").status() == 405);
}

TEST_CASE("a file of a snapshot is sent as it is, piece by piece", "[http][snapshots]") {
  Rig rig;
  const auto path = std::filesystem::temp_directory_path() / ("annals-file-" + random_uuid().to_string());
  const std::string bytes = std::string("id\r\n\0\xff", 6) + std::string(600'000, 'x') + "end";
  std::ofstream(path, std::ios::binary) << bytes;
  rig.snapshots.stored_file = path;
  const auto reply = rig.get("/api/crm/snapshots/42/files/persons.csv");
  std::filesystem::remove(path);
  CHECK(reply.status() == 200);
  const auto pieces = pieces_of(reply);
  CHECK(pieces.size() == 3);
  std::string sent;
  for (const auto& piece : pieces) sent += piece;
  CHECK((sent == bytes));
  CHECK(reply.response.content_type == "text/csv; charset=utf-8");
  CHECK(reply.header("Content-Disposition") == "attachment; filename=\"" + path.filename().string() + '"');
  CHECK(rig.get("/snapshots/42/files/roles.csv").status() == 404);
  CHECK(rig.get("/snapshots/43/files/persons.csv").status() == 404);
  CHECK(rig.get("/snapshots/42/files/persons.csv").status() == 500);
}

TEST_CASE("a diff names both positions and how many changes it may show", "[http][snapshots]") {
  Rig rig;
  CHECK(rig.get("/snapshots/42/diff/50/").body() == "[42,50,1000]");
  CHECK(rig.get("/snapshots/50/diff/42?limit=7").body() == "[50,42,7]");
  CHECK(rig.get("/snapshots/50/diff/42?limit=0").body() == "[50,42,0]");
  CHECK(rig.get("/snapshots/50/diff/42?limit=99999").body() == "[50,42,10000]");
  CHECK(rig.get("/snapshots/50/diff/42?limit=many").body() == R"({"limit":["A valid integer is required."]})");
  CHECK(rig.get("/snapshots/x/diff/42").status() == 404);
  CHECK(rig.get("/snapshots/42/diff/x").status() == 404);
}

}  // namespace annals::snapshots_test
