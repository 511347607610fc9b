#include <algorithm>
#include <random>
#include <set>

#include "commands/import/record_kind.hpp"
#include "projections/record_export.hpp"
#include "rig.hpp"

namespace annals::test::export_test {
namespace {

Reply import_csv(Rig& rig, const std::string& path, std::string_view csv, HeaderList headers = {}) {
  headers.emplace_back("Content-Type", "text/csv");
  return rig.send("POST", path, csv, std::move(headers));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

/// Texts that CSV, JSON and spreadsheets have their ways with.
class RandomTexts {
 public:
  explicit RandomTexts(unsigned seed) : random_(seed) {}
  std::size_t pick(std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_); }
  std::string text() {
    static const std::vector<std::string> parts = {"=",    "+",  "-", "@",  "'",  "\"", ",",    ";",  "\n",
                                                   "\r\n", "a",  "ö", "1",  "{",  "[]", "null", "\\", "/",
                                                   "true", "\t", "b", "Éa", "😀", ":",  " ",    "x"};
    std::string text = "t";
    if (pick(2) == 0) text.clear();
    for (auto left = pick(6); left > 0; --left) text += parts[pick(parts.size())];
    return text;
  }
  std::string json() {
    switch (pick(6)) {
      case 0:
        return quote_json(text());
      case 1:
        return "-5.50";
      case 2:
        return "null";
      case 3:
        return "[" + quote_json(text()) + ",1e3]";
      case 4:
        return "{}";
      default:
        return "{" + quote_json("k" + text()) + ":" + quote_json(text()) + "}";
    }
  }

 private:
  std::mt19937 random_;
};

/// The fields that a person is created with, as the export shows them.
std::multiset<std::string> records_in(Rig& rig, const std::string& path, const HeaderList& headers) {
  std::multiset<std::string> records;
  for (const auto& line : lines_of(streamed_text(rig.get(path, headers)))) {
    std::string fields;
    for (const auto& [name, value] : json_members(line)) {
      const auto kind = path.starts_with("/persons/") ? RecordKind::person : RecordKind::organization;
      if (is_field_of(kind, name) && name != "organization" && name != "owner")
        fields += name + ":" + std::string(value) + ";";
    }
    records.insert(fields);
  }
  return records;
}

}  // namespace

TEST_CASE("persons are exported as CSV with what their references are called", "[http]") {
  Rig rig;
  const auto engines = rig.organization("Engines, Ltd");
  const auto ada =
      rig.person(R"({"name":"=Ada \"L\"","owner":1,"organization":")" + engines + R"(","metadata":{"k":[1]}})");
  for (const auto* name : {"VIP", "\\" Key\\""}) {
    const auto tag = rig.post("/tags/", R"({"name":")" + std::string(name) + "\"}").at("id");
    CHECK(rig.post("/persons/" + ada + "/tags/", R"({"tag_id":)" + tag + "}").status() == 201);
  }
  rig.person(R"({"name":"Bob","emails":null,"job_title":"a\nb"})");
  const auto reply = rig.get("/persons/export/");
  CHECK(reply.status() == 200);
  CHECK(reply.response.content_type == "text/csv; charset=utf-8");
  CHECK(reply.header("Content-Disposition") == "attachment; filename=\"persons.csv\"");
  const auto created = rig.get("/persons/" + ada + "/").text("created_at");
  const auto lines = lines_of(streamed_text(reply));
  REQUIRE(lines.size() >= 3);
  CHECK(lines[0] ==
        "id,name,primary_email,emails,contact_numbers,job_title,organization,organization_name,owner,owner_username,"
        "platform_user,lifecycle_stage,unique_id,active,tags,metadata,created_at,updated_at,merged_into\r");
  CHECK(lines[1] == ada + ",\"'=Ada \"\"L\"\"\",,[],[],," + engines +
                        ",\"Engines, Ltd\",1,admin,,lead,,true,\"VIP|\"\"Key\"\"\",\"{\"\"k\"\":[1]}\"," + created +
                        "," + created + ",\r");
  CHECK(lines[2].find(",Bob,,null,[],\"a") != std::string::npos);
}

TEST_CASE("a long export comes in pieces, each record once", "[http]") {
  Rig rig;
  for (int i = 0; i < 1'500; ++i) rig.person(R"({"name":"Person )" + std::to_string(i) + "\"}");
  const auto pieces = pieces_of(rig.get("/persons/export/?format=ndjson"));
  CHECK(pieces.size() > 1);
  std::string all;
  for (const auto& piece : pieces) all += piece;
  const auto lines = lines_of(all);
  REQUIRE(lines.size() == 1'500);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    CHECK(lines[i].find("\"Person " + std::to_string(i) + "\"") != std::string::npos);
  }
}

TEST_CASE("an export of objects is the API's records, the oldest first, with names", "[http]") {
  Rig rig;
  const auto engines = rig.organization("Engines");
  const auto ada = rig.person(R"({"name":"Ada","organization":")" + engines + "\"}");
  const auto bob = rig.person(R"({"name":"Bob","owner":1})");
  const auto reply = rig.get("/persons/export/?format=ndjson");
  CHECK(reply.response.content_type == "application/x-ndjson");
  const auto lines = lines_of(streamed_text(reply));
  REQUIRE(lines.size() == 2);
  auto record = rig.get("/persons/" + ada + "/").body();
  record.pop_back();
  CHECK(lines[0] == record + R"(,"owner_username":null})");
  CHECK(json_at(lines[1], "id") == '"' + bob + '"');
  CHECK(json_at(lines[1], "owner_username") == R"("admin")");
  CHECK(lines_of(streamed_text(rig.get("/api/crm/organizations/export?format=ndjson"))).size() == 1);
  CHECK(streamed_text(rig.get("/organizations/export/"))
            .starts_with("id,name,address,owner,owner_username,tags,metadata,"));
}

TEST_CASE("an export takes the filters of the list, and its permission", "[http]") {
  Rig rig;
  for (const auto* name : {"Ada", "Bob", "Adam"}) rig.person(R"({"name":")" + std::string(name) + "\"}");
  CHECK(lines_of(streamed_text(rig.get("/persons/export/?format=ndjson&search=ada&ordering=-name"))).size() == 2);
  CHECK(lines_of(streamed_text(rig.get("/persons/export/?lifecycle_stage=customer"))).size() == 1);
  CHECK(rig.get("/persons/export/?lifecycle_stage=hot").status() == 400);
  CHECK(rig.get("/persons/export/?format=xml").at("format") ==
        R"(["Select a valid choice. xml is not one of the available choices."])");
  const auto viewer = rig.member_key("vera", {"CRM Viewer"});
  CHECK(rig.get("/persons/export/", viewer).status() == 200);
  CHECK(rig.get("/persons/export/", rig.member_key("nora", {})).status() == 403);
  CHECK(rig.get("/organizations/export/", rig.member_key("ines", {"CRM Inviter"})).status() == 403);
  CHECK(rig.send("POST", "/persons/export/", "{}").status() == 405);
}

TEST_CASE("a person's bundle needs the right to read persons and the one to read events", "[http]") {
  Rig rig;
  const auto path = "/persons/" + rig.person(R"({"name":"Ada"})") + "/export/";
  const auto bundle = rig.get(path);
  CHECK(bundle.body() == R"({"person":null})");
  CHECK(bundle.header("Content-Disposition").starts_with("attachment; filename=\"person-"));
  CHECK(rig.get(path, rig.member_key("audrey", {"Auditor"})).status() == 200);
  CHECK(rig.get(path, rig.member_key("vera", {"CRM Viewer"})).status() == 403);
  rig.post("/api/core/rbac/roles/", R"({"name":"Events","platform_key":"main","actions":["Ibl.CRM/Audit/read"]})");
  CHECK(rig.get(path, rig.member_key("eve", {"Events"})).status() == 403);
  CHECK(rig.get("/persons/none/export/").status() == 404);
}

TEST_CASE("an import reads every column that it knows from an export", "[http]") {
  for (const auto& [kind, exported] : {std::pair(RecordKind::person, ExportedKind::persons),
                                       std::pair(RecordKind::organization, ExportedKind::organizations)}) {
    std::size_t known = 0;
    for (const auto column : export_columns(exported)) known += is_field_of(kind, column);
    const auto listed = fields_listed(kind);
    CHECK(known == static_cast<std::size_t>(std::count(listed.begin(), listed.end(), ',')));  // but metadata.<key>
  }
}

TEST_CASE("what an export writes an import reads back", "[http]") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  RandomTexts random(seed);
  Rig rig;
  const auto other = rig.backend.add_platform("other");
  const auto mary = rig.backend.add_member(MemoryBackend::kMain, "mary", {"CRM User"});
  rig.backend.join(other, mary, true);
  const auto elsewhere = with_key(rig.backend.issue_key(other, "mary", {}));
  std::vector<std::string> organizations;
  for (int i = 0; i < 12; ++i) {
    const auto reply =
        rig.post("/organizations/", R"({"name":)" + quote_json(random.text() + "#" + std::to_string(i)) +
                                        R"(,"address":)" + random.json() + R"(,"metadata":)" + random.json() + "}");
    INFO(reply.body());
    REQUIRE(reply.status() == 201);
    organizations.push_back(reply.text("id"));
  }
  for (int i = 0; i < 60; ++i) {
    std::string person = R"({"name":)" + quote_json(random.text() + "n") + R"(,"job_title":)" +
                         quote_json(random.text()) + R"(,"emails":)" + random.json() + R"(,"contact_numbers":)" +
                         random.json() + R"(,"metadata":)" + random.json();
    if (random.pick(2) == 0) person += R"(,"unique_id":)" + quote_json(random.text() + "#" + std::to_string(i));
    if (random.pick(2) == 0) person += R"(,"organization":")" + organizations[random.pick(12)] + '"';
    if (random.pick(2) == 0) person += R"(,"owner":)" + std::to_string(mary.value);
    if (random.pick(2) == 0) person += R"(,"primary_email":"p)" + std::to_string(i) + R"(@example.org")";
    if (random.pick(2) == 0) person += R"(,"lifecycle_stage":"customer")";
    const auto reply = rig.post("/persons/", person + '}');
    INFO(person << reply.body());
    REQUIRE(reply.status() == 201);
  }
  const bool csv = GENERATE(true, false);
  for (const std::string path : {"/organizations/", "/persons/"}) {
    const auto file = streamed_text(rig.get(path + "export/?format=" + (csv ? "csv" : "ndjson")));
    auto headers = elsewhere;
    headers.emplace_back("Content-Type", csv ? "text/csv" : "application/x-ndjson");
    const auto report = rig.send("POST", path + "import/", file, headers);
    INFO(report.body());
    REQUIRE(report.at("rejected") == "[]");
    const auto ndjson = path + "export/?format=ndjson";
    CHECK(records_in(rig, ndjson, elsewhere) == records_in(rig, ndjson, {}));
    CHECK(import_csv(rig, path + "import/?upsert=true", streamed_text(rig.get(path + "export/"))).at("updated") == "0");
  }
}

}  // namespace annals::test::export_test
