#include "app/snapshots/manifest.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "app/real_directory.hpp"
#include "core/crypto.hpp"

namespace annals::manifest_test {
using namespace annals::test;

namespace {

SnapshotManifest some_manifest() {
  SnapshotManifest manifest;
  manifest.format = SnapshotFormat::csv;
  manifest.platform = PlatformId{3};
  manifest.platform_key = "sales \"north\"";
  manifest.head = {Position{96}, sha256("head")};
  manifest.recorded_at = from_micros(1780582931482913);
  manifest.created_at = from_micros(1780582999000000);
  manifest.program = "0.1.0";
  manifest.counts = {{"persons", 12}, {"organizations", 0}};
  manifest.files = {{"persons.csv", 345, sha256("persons")}, {"organizations.csv", 6, sha256("organizations")}};
  return manifest;
}

}  // namespace

TEST_CASE("a manifest is read as it was written", "[app][snapshots]") {
  const auto manifest = some_manifest();
  CHECK(manifest.json().starts_with(R"({"position":96,"format":"csv","schema":1,"platform":3,)"
                                    R"("platform_key":"sales \"north\"","head_hash":")" +
                                    to_hex(as_view(sha256("head"))) +
                                    R"(","recorded_at":"2026-06-04T14:22:11.482913Z",)"));
  const auto read = SnapshotManifest::parse(manifest.json());
  REQUIRE(read);
  CHECK(*read == manifest);
}

TEST_CASE("what is no manifest is refused, with the member that is wrong", "[app][snapshots]") {
  CHECK_FALSE(SnapshotManifest::parse("{"));
  CHECK(SnapshotManifest::parse("[]").error() == "it cannot be read");
  const auto whole = some_manifest().json();
  const auto without = [&](const std::string& from, const std::string& to) {
    auto json = whole;
    json.replace(json.find(from), from.size(), to);
    const auto read = SnapshotManifest::parse(json);
    return read ? std::string("read") : read.error();
  };
  CHECK(without("\"position\":96", "\"position\":-1") == "position cannot be read");
  CHECK(without("\"position\":96,", "") == "position cannot be read");
  CHECK(without("\"csv\"", "\"xls\"") == "format cannot be read");
  CHECK(without("\"csv\"", "7") == "format cannot be read");
  CHECK(without(R"("head_hash":")", R"("head_hash":"00)") == "head_hash cannot be read");
  CHECK(without("2026-06-04T14:22:11.482913Z", "yesterday") == "recorded_at cannot be read");
  CHECK(without("\"persons\":12", "\"persons\":\"12\"") == "persons cannot be read");
  CHECK(without(R"("name":"persons.csv",)", "") == "name cannot be read");
  CHECK(without(R"("program":"0.1.0")", R"("program":"0.1.0","more":[1])") == "read");
}

TEST_CASE("a file is described by its length and its hash, however long it is", "[app][snapshots]") {
  const Scratch scratch;
  std::filesystem::create_directory(scratch / "out");
  std::string text;
  for (int line = 0; line < 200'000; ++line) text += "line " + std::to_string(line) + '\n';
  std::ofstream(scratch / "out/long.csv", std::ios::binary) << text;
  CHECK(describe_file(scratch / "out", "long.csv") == SnapshotManifest::File{"long.csv", text.size(), sha256(text)});
  CHECK_THROWS_AS(describe_file(scratch / "out", "missing.csv"), std::runtime_error);
}

}  // namespace annals::manifest_test
