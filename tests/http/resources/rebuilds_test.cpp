#include <catch2/catch.hpp>

#include "rig.hpp"

namespace annals::rebuilds_test {
using namespace annals::test;

namespace {

constexpr std::string_view kPath = "/api/crm/admin/rebuild/";

}  // namespace

TEST_CASE("before any rebuild there is none to tell of", "[http]") {
  Rig rig;
  const auto reply = rig.get(kPath);
  CHECK(reply.status() == 200);
  CHECK(reply.body() == R"({"state":"idle","events_done":0,"events_total":0,"started_at":null,"finished_at":null,)"
                        R"("positions":[],"failure":null})");
}

TEST_CASE("a rebuild is started once, and asked about", "[http]") {
  Rig rig;
  constexpr std::string_view kRunning =
      R"({"state":"running","events_done":0,"events_total":12,"started_at":"2025-06-15T15:06:40.000000Z",)"
      R"("finished_at":null,"positions":[],"failure":null})";
  const auto started = rig.post(kPath, "");
  CHECK(started.status() == 202);
  CHECK(started.body() == kRunning);
  const auto again = rig.post(kPath, "");
  CHECK(again.status() == 409);
  CHECK(again.body() == kRunning);
  CHECK(rig.get(kPath).body() == kRunning);
}

TEST_CASE("a rebuild that failed says where and why", "[http]") {
  Rig rig;
  rig.rebuilds.now.phase = RebuildState::Phase::failed;
  rig.rebuilds.now.started_at = from_micros(1'750'000'000'000'000);
  rig.rebuilds.now.finished_at = from_micros(1'750'000'001'000'000);
  rig.rebuilds.now.events_done = 3;
  rig.rebuilds.now.events_total = 9;
  rig.rebuilds.now.positions = {{"main", Position{3}, Position{9}}};
  rig.rebuilds.now.failure = RebuildState::Failure{"a type from the future", true, "main", Position{4}};
  CHECK(rig.get(kPath).body() ==
        R"({"state":"failed","events_done":3,"events_total":9,"started_at":"2025-06-15T15:06:40.000000Z",)"
        R"("finished_at":"2025-06-15T15:06:41.000000Z",)"
        R"("positions":[{"platform_key":"main","position":3,"head":9}],)"
        R"("failure":{"why":"a type from the future","undecodable":true,"platform_key":"main","position":4}})");
}

TEST_CASE("only superusers rebuild, or ask about it", "[http]") {
  Rig rig;
  const auto admin = rig.member_key("tenant-admin", {}, true);
  CHECK(rig.get(kPath, admin).status() == 403);
  CHECK(rig.post(kPath, "", admin).status() == 403);
  CHECK(rig.get(kPath, {{"Authorization", ""}}).status() == 401);
  CHECK(rig.rebuilds.now.phase == RebuildState::Phase::idle);
}

TEST_CASE("a rebuild cannot be a dry run", "[http]") {
  Rig rig;
  CHECK(rig.post(std::string(kPath) + "?dry_run=true", "").status() == 400);
  CHECK(rig.rebuilds.now.phase == RebuildState::Phase::idle);
}

}  // namespace annals::rebuilds_test
