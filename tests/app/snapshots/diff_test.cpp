#include "app/snapshots/diff.hpp"

#include "app/snapshots/living_store.hpp"
#include "app/snapshots/reading_files.hpp"

namespace annals::diff_test {
using namespace annals::test;

namespace {

void take(Store& store, SnapshotFormat format, const std::filesystem::path& out) {
  std::filesystem::create_directory(out);
  take_snapshot(store, order_for(format), *store.views().snapshot(), out, [](std::uint64_t, std::uint64_t) {});
}

std::string member(const std::string& object, const std::string& name) {
  for (const auto& [key, value] : json_members(object)) {
    if (key == name) return std::string(value);
  }
  return {};
}

}  // namespace

TEST_CASE("a diff tells what was added, removed and changed, table by table", "[app][snapshots]") {
  const Scratch scratch;
  const auto store = first_start(scratch / "data");
  const auto ada = add_person(*store, "Ada");
  const auto bob = add_person(*store, "Bob");
  add_person(*store, "Same");
  take(*store, SnapshotFormat::sqlite, scratch / "old");
  done_in(*store, UpdatePerson::from(ada, body({{"name", R"("Augusta")"}, {"metadata", R"({"k":1})"}}), Write::patch));
  done_in(*store, DeletePerson{bob});
  const auto carol = add_person(*store, "Carol");
  take(*store, SnapshotFormat::sqlite, scratch / "new");

  std::vector<std::string> changes;
  const auto tables = diff_snapshots(scratch / "old", scratch / "new",
                                     [&](std::string change) { changes.push_back(std::move(change)); });
  CHECK(tables.at(0) == TableDifference{"persons", 1, 1, 1});
  CHECK(tables.at(1) == TableDifference{"person_metadata", 1, 0, 0});
  CHECK(tables.at(2) == TableDifference{"organizations", 0, 0, 0});
  CHECK(tables.at(0).json() == R"({"table":"persons","added":1,"removed":1,"changed":1})");
  REQUIRE(changes.size() == 4);
  CHECK(changes[0].starts_with(R"({"table":"persons","change":"added","key":{"id":")" + carol.to_string() +
                               R"("},"row":{"id":")" + carol.to_string() + R"(","name":"Carol",)"));
  CHECK(changes[1].starts_with(R"({"table":"persons","change":"removed","key":{"id":")" + bob.to_string()));
  CHECK(member(changes[2], "key") == R"({"id":")" + ada.to_string() + R"("})");
  const auto fields = member(changes[2], "changes");
  CHECK(fields.starts_with(R"({"name":["Ada","Augusta"],"metadata":[{},{"k":1}],"updated_at":[)"));
  CHECK(fields.ends_with(R"("version":[1,2]})"));
  CHECK(changes[3] == R"({"table":"person_metadata","change":"added","key":{"person":")" + ada.to_string() +
                          R"(","key":"k"},"row":{"person":")" + ada.to_string() + R"(","key":"k","value":1}})");

  changes.clear();
  for (const auto& table : diff_snapshots(scratch / "new", scratch / "new", [&](std::string) { FAIL(); })) {
    CHECK(table == TableDifference{table.table, 0, 0, 0});
  }
}

TEST_CASE("only snapshots in SQLite, of this version's tables, are compared", "[app][snapshots]") {
  const Scratch scratch;
  const auto store = first_start(scratch / "data");
  take(*store, SnapshotFormat::sqlite, scratch / "sqlite");
  take(*store, SnapshotFormat::csv, scratch / "csv");
  CHECK(comparable_snapshot(scratch / "sqlite"));
  CHECK_THAT(comparable_snapshot(scratch / "csv").error(), Catch::Contains("is in csv; only those in sqlite"));
  CHECK_THAT(comparable_snapshot(scratch / "data").error(), Catch::Contains("holds no snapshot"));
  auto manifest = *read_manifest(scratch / "sqlite");
  ++manifest.schema;
  std::ofstream(scratch / "sqlite/manifest.json") << manifest.json();
  CHECK_THAT(comparable_snapshot(scratch / "sqlite").error(), Catch::Contains("another version of annals"));
}

}  // namespace annals::diff_test
