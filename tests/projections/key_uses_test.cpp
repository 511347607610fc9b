#include "projections/key_uses.hpp"

#include <array>
#include <catch2/catch.hpp>

#include "support/memory_byte_store.hpp"

namespace annals::key_uses_test {
namespace {

const PlatformId kMain{4};
const PlatformId kOther{5};

Timestamp at(int minutes, int seconds) {
  return Timestamp(std::chrono::minutes(29'000'000 + minutes) + std::chrono::seconds(seconds));
}

}  // namespace

TEST_CASE("a key's last use is known to the minute, and never goes back", "[projections]") {
  KeyUses uses;
  CHECK(uses.last_used(kMain, KeyId{7}) == std::nullopt);
  uses.use_of(kMain, KeyId{7}).note(at(2, 59));
  CHECK(uses.last_used(kMain, KeyId{7}) == at(2, 0));
  uses.use_of(kMain, KeyId{7}).note(at(1, 30));
  CHECK(uses.last_used(kMain, KeyId{7}) == at(2, 0));
  uses.use_of(kMain, KeyId{7}).note(at(3, 1));
  CHECK(uses.last_used(kMain, KeyId{7}) == at(3, 0));
  CHECK(uses.last_used(kOther, KeyId{7}) == std::nullopt);
  CHECK(uses.last_used(kMain, KeyId{8}) == std::nullopt);
}

TEST_CASE("last uses that were saved are there after a restart, later ones noted meanwhile stay", "[projections]") {
  test::MemoryByteStore store;
  const std::array platforms{kMain, kOther};
  KeyUses before;
  before.use_of(kMain, KeyId{1}).note(at(10, 5));
  before.use_of(kOther, KeyId{2}).note(at(20, 6));
  REQUIRE(before.save(store));

  KeyUses after;
  after.use_of(kOther, KeyId{2}).note(at(25, 7));
  after.load(store.latest(), platforms);
  CHECK(after.last_used(kMain, KeyId{1}) == at(10, 0));
  CHECK(after.last_used(kOther, KeyId{2}) == at(25, 0));
}

}  // namespace annals::key_uses_test
