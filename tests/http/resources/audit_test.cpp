#include <catch2/catch.hpp>

#include "core/signed_head.hpp"
#include "rig.hpp"

namespace annals::audit_test {
using namespace annals::test;

TEST_CASE("the audit head is answered as it was signed, for the caller's own platform, on every mount",
          "[http][audit]") {
  Rig rig;
  const auto other = rig.backend.add_platform("sales");
  rig.backend.add_member(other, "auditor", {"Auditor"});
  const auto auditor = with_key(rig.backend.issue_key(other, "auditor", {}));
  for (const auto* path : {"/audit/head", "/audit/head/", "/api/crm/audit/head", "/dm/api/crm/audit/head"}) {
    INFO(path);
    const auto reply = rig.get(path, auditor);
    CHECK(reply.status() == 200);
    const auto head = SignedHead::parse(reply.body());
    REQUIRE(head);
    CHECK(head->holds());
    CHECK(head->platform == other);
    CHECK(head->platform_key == "sales");
    CHECK(head->head.position == Position{42});
    CHECK(reply.body() == head->json());
  }
  CHECK(SignedHead::parse(rig.get("/audit/head").body())->platform == MemoryBackend::kMain);
  CHECK(rig.post("/audit/head", "{}").status() == 405);
}

}  // namespace annals::audit_test
