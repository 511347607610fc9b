#include "projections/stream_positions.hpp"

#include <catch2/catch.hpp>

#include "projections/organization_directory.hpp"
#include "projections/person_directory.hpp"
#include "projections/story.hpp"
#include "projections/view_ids.hpp"

namespace annals::stream_positions_test {
using namespace annals::test;

namespace {

/// By stream, as the log alone has them.
std::map<std::string, std::vector<Position>> positions_in_log(const World& world) {
  std::map<std::string, std::vector<Position>> positions;
  for (const auto& commit : world.commits) {
    if (commit->header.frame.platform != kMain) continue;
    for (std::size_t i = 0; i < commit->events.size(); ++i) {
      positions[commit->events[i].stream].push_back(commit->position_of(i));
    }
  }
  return positions;
}

}  // namespace

TEST_CASE("every record knows where each of its events stands in the log", "[projections]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  World world;
  Story story(world, seed);
  story.steps(300);
  const auto& views = world.store.latest();
  std::size_t records = 0;
  for (const auto& [stream, expected] : positions_in_log(world)) {
    INFO(stream);
    if (stream.starts_with("person-")) {
      const auto row = read_person_row(views, kMain, *PersonId::parse(stream.substr(7)));
      REQUIRE(row);
      CHECK(stream_positions(views, kMain, view::person_positions, row->ordinal, row->positions) == expected);
      ++records;
    } else if (stream.starts_with("organization-")) {
      const auto row = read_organization_row(views, kMain, *OrganizationId::parse(stream.substr(13)));
      REQUIRE(row);
      CHECK(stream_positions(views, kMain, view::organization_positions, row->ordinal, row->positions) == expected);
      ++records;
    }
  }
  CHECK(records > 2);
}

TEST_CASE("the positions of a long history move out of the record's row and stay in order", "[projections]") {
  World world;
  open_main(world);
  world.commit({created_person(4, "Four"), created_person(5, "Five")});
  const auto first = world.log.head(kMain).position.value - 1;
  for (int i = 0; i < 200; ++i) {
    PersonDetailsChange change;
    change.job_title = "Title " + std::to_string(i);
    world.commit({updated_person(4, change), updated_person(5, change)});
  }
  std::vector<Position> expected;
  for (std::uint64_t i = 0; i <= 200; ++i) expected.push_back(Position{first + 2 * i});
  const auto row = read_person_row(world.store.latest(), kMain, person_id(4));
  REQUIRE(row);
  CHECK(row->positions.size() <= kRowPositionsMax);
  CHECK(stream_positions(world.store.latest(), kMain, view::person_positions, row->ordinal, row->positions) ==
        expected);
  world.commit({PersonDeleted{person_id(4)}});
  expected.push_back(world.log.head(kMain).position);
  const auto deleted = read_person_row(world.store.latest(), kMain, person_id(4));
  REQUIRE(deleted);
  CHECK(stream_positions(world.store.latest(), kMain, view::person_positions, deleted->ordinal, deleted->positions) ==
        expected);
}

}  // namespace annals::stream_positions_test
