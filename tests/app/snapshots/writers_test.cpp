#include <catch2/catch.hpp>
#include <set>

#include "app/real_directory.hpp"
#include "app/snapshots/reading_files.hpp"
#include "app/snapshots/snapshot_writer.hpp"

namespace annals::writers_test {
using namespace annals::test;

namespace {

using Cell = SnapshotCell;

SnapshotRow role(std::int64_t id, const std::string& name, bool internal) {
  return {Cell(id), Cell(name), Cell(std::int64_t{internal})};
}
SnapshotRow invitation(std::int64_t id) {
  return {Cell(id),
          Cell(),
          Cell("a@b.example"),
          Cell("platform"),
          Cell(std::int64_t{1}),
          Cell(std::int64_t{0}),
          Cell(std::int64_t{1}),
          Cell("2026-06-04T14:22:11.000001Z"),
          Cell("2026-07-04T14:22:11.000001Z"),
          Cell(""),
          Cell(R"({"a":[1.50,"x"]})"),
          Cell()};
}

void write(SnapshotFormat format, const std::filesystem::path& directory) {
  const auto writer = make_snapshot_writer(format, directory);
  writer->add(TableId::roles, role(1, "Reader, of \"all\"", true));
  writer->add(TableId::invitations, invitation(7));
  writer->add(TableId::roles, role(2, "", false));
  writer->finish();
  for (const auto& file : writer->files()) CHECK(std::filesystem::exists(directory / file));
}

}  // namespace

TEST_CASE("NDJSON has an object a row, with every column and its type", "[app][snapshots]") {
  const Scratch scratch;
  std::filesystem::create_directory(scratch / "out");
  write(SnapshotFormat::ndjson, scratch / "out");
  CHECK(text_of(scratch / "out/roles.ndjson") ==
        "{\"id\":1,\"name\":\"Reader, of \\\"all\\\"\",\"is_internal\":true}\n"
        "{\"id\":2,\"name\":\"\",\"is_internal\":false}\n");
  CHECK(text_of(scratch / "out/invitations.ndjson") ==
        R"({"id":7,"person":null,"email":"a@b.example","source":"platform","is_admin":true,"is_staff":false,)"
        R"("open":true,"created_at":"2026-06-04T14:22:11.000001Z","expires_at":"2026-07-04T14:22:11.000001Z",)"
        R"("redirect_to":"","enrollment_config":{"a":[1.50,"x"]},"metadata":null})"
        "\n");
  CHECK(text_of(scratch / "out/persons.ndjson").empty());
}

TEST_CASE("CSV names its columns, quotes where it must, and tells null from empty", "[app][snapshots]") {
  const Scratch scratch;
  std::filesystem::create_directory(scratch / "out");
  write(SnapshotFormat::csv, scratch / "out");
  CHECK(text_of(scratch / "out/roles.csv") ==
        "id,name,is_internal\r\n1,\"Reader, of \"\"all\"\"\",true\r\n2,\"\",false\r\n");
  CHECK(text_of(scratch / "out/invitations.csv") ==
        "id,person,email,source,is_admin,is_staff,open,created_at,expires_at,redirect_to,enrollment_config,metadata\r\n"
        "7,,a@b.example,platform,true,false,true,2026-06-04T14:22:11.000001Z,2026-07-04T14:22:11.000001Z,\"\","
        "\"{\"\"a\"\":[1.50,\"\"x\"\"]}\",\r\n");
  CHECK(text_of(scratch / "out/role_actions.csv") == "role,action\r\n");
}

TEST_CASE("SQLite has typed tables with keys and indexes, and refuses what does not fit", "[app][snapshots]") {
  const Scratch scratch;
  const auto out = scratch / "out";
  std::filesystem::create_directory(out);
  write(SnapshotFormat::sqlite, out);
  CHECK(rows_of(out, "SELECT id, name, is_internal, typeof(id), typeof(name) FROM roles ORDER BY id") ==
        std::vector<std::string>{"1|Reader, of \"all\"|1|integer|text", "2||0|integer|text"});
  CHECK(rows_of(out, "SELECT person, redirect_to, json_extract(enrollment_config, '$.a[1]') FROM invitations") ==
        std::vector<std::string>{"-||x"});
  CHECK(rows_of(out, "PRAGMA user_version") == std::vector<std::string>{std::to_string(kSnapshotSchema)});
  CHECK(rows_of(out, "SELECT name FROM pragma_index_list('persons') WHERE origin = 'c' ORDER BY name") ==
        std::vector<std::string>{"persons_by_created_at", "persons_by_lifecycle_stage", "persons_by_organization",
                                 "persons_by_owner", "persons_by_primary_email", "persons_by_unique_id"});
  CHECK(rows_of(out, "SELECT name FROM pragma_table_info('person_metadata') WHERE pk > 0 ORDER BY pk") ==
        std::vector<std::string>{"person", "key"});
  CHECK(rows_of(out, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND strict = 1") ==
        std::vector<std::string>{std::to_string(snapshot_tables().size())});

  const auto refused = [&](const std::string& place, const SnapshotRow& row) {
    std::filesystem::create_directory(scratch / place);
    const auto writer = make_snapshot_writer(SnapshotFormat::sqlite, scratch / place);
    writer->add(TableId::roles, role(1, "One", true));
    writer->add(TableId::roles, row);
  };
  CHECK_THROWS_WITH(refused("twice", role(1, "One", true)), Catch::Contains("UNIQUE"));
  CHECK_THROWS_WITH(refused("text", {Cell("two"), Cell("Two"), Cell(std::int64_t{0})}), Catch::Contains("mismatch"));
  CHECK_THROWS_WITH(refused("boolean", {Cell(std::int64_t{2}), Cell("Two"), Cell(std::int64_t{2})}),
                    Catch::Contains("CHECK"));
}

TEST_CASE("a place that cannot be written is said so", "[app][snapshots]") {
  const Scratch scratch;
  for (const auto format : {SnapshotFormat::sqlite, SnapshotFormat::ndjson, SnapshotFormat::csv}) {
    CHECK_THROWS_AS(make_snapshot_writer(format, scratch / "missing"), std::runtime_error);
  }
}

TEST_CASE("every table is found under its own number", "[app][snapshots]") {
  const std::vector<std::pair<TableId, std::string_view>> rows{
      {TableId::persons, "persons"},
      {TableId::person_metadata, "person_metadata"},
      {TableId::organizations, "organizations"},
      {TableId::organization_metadata, "organization_metadata"},
      {TableId::invitations, "invitations"},
      {TableId::members, "members"},
      {TableId::roles, "roles"},
      {TableId::role_actions, "role_actions"},
      {TableId::policies, "policies"},
      {TableId::policy_users, "policy_users"},
      {TableId::pipelines, "pipelines"},
      {TableId::stages, "stages"},
      {TableId::lead_sources, "lead_sources"},
      {TableId::deals, "deals"},
      {TableId::activities, "activities"},
      {TableId::tags, "tags"},
      {TableId::tag_assignments, "tag_assignments"}};
  CHECK(rows.size() == snapshot_tables().size());
  for (const auto& [id, name] : rows) CHECK(snapshot_tables()[static_cast<std::size_t>(id)].name == name);
}

TEST_CASE("tables have keys of their own columns, and refer to tables that there are", "[app][snapshots]") {
  std::set<std::string_view> names;
  for (const auto& table : snapshot_tables()) CHECK(names.insert(table.name).second);
  for (const auto& table : snapshot_tables()) {
    INFO(table.name);
    REQUIRE(table.key_columns <= table.columns.size());
    for (std::size_t at = 0; at < table.key_columns; ++at) CHECK_FALSE(table.columns[at].nullable);
    for (const auto& column : table.columns) {
      if (!column.references.empty()) CHECK(names.contains(column.references));
    }
  }
}

}  // namespace annals::writers_test
