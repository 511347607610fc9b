#include "app/projection_upkeep.hpp"

#include <catch2/catch.hpp>

#include "projections/records.hpp"
#include "real_directory.hpp"
#include "support/memory_byte_store.hpp"

namespace annals::projection_upkeep_test {
using namespace annals::test;

TEST_CASE("views that a killed rebuild had only dropped are whole after the next start", "[app]") {
  const Scratch scratch;
  const auto store = first_start(scratch / "data");
  REQUIRE(make_views_whole(*store, [](std::string_view, std::uint64_t, std::uint64_t) {}));
  const auto ada = add_person(*store, "Ada");
  REQUIRE(store->drop_views());
  REQUIRE_FALSE(read_person(store->views().latest(), PlatformId{1}, ada));

  REQUIRE(make_views_whole(*store, [](std::string_view, std::uint64_t, std::uint64_t) {}));
  CHECK_FALSE(views_fall_short(*store, PlatformKeys(*store)));
  CHECK(read_person(store->views().latest(), PlatformId{1}, ada)->details.name == "Ada");
  MemoryByteStore rebuilt;
  CHECK(check(store->log(), store->views(), rebuilt, store->sealer(), store->digester(), {}).differences.empty());
}

}  // namespace annals::projection_upkeep_test
