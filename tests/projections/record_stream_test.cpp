#include "projections/record_stream.hpp"

#include <catch2/catch.hpp>

#include "projections/story.hpp"

namespace annals::record_stream_test {
using namespace annals::test;

namespace {

std::vector<std::string> all_of(RecordStream& stream) {
  std::vector<std::string> all;
  for (auto portion = stream.next(); !portion.empty(); portion = stream.next()) {
    all.insert(all.end(), portion.begin(), portion.end());
  }
  return all;
}

PersonFilter random_filter(Story& story) {
  PersonFilter filter;
  if (story.chance(0.3)) filter.lifecycle_stage = story.random_stage();
  if (story.chance(0.3)) filter.owner = UserId{11 + story.pick(4)};
  if (story.chance(0.2)) filter.active = story.chance(0.7);
  if (story.chance(0.2)) filter.organization = organization_id(1 + story.pick(12));
  if (story.chance(0.4)) filter.search = story.chance(0.5) ? "ada" : "title 3";
  return filter;
}

/// As the list has them, the oldest first.
std::vector<std::string> listed(const Queries& queries, PersonFilter filter) {
  filter.order = PersonOrder::created_at;
  filter.descending = false;
  const auto page = queries.persons(kMain, filter, {1, 1'000'000, std::nullopt});
  REQUIRE(page);
  return records_of(*page);
}

}  // namespace

TEST_CASE("a stream of records is the list of the same filter, the oldest first", "[projections]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  const std::uint64_t record_bytes =
      GENERATE(std::uint64_t{LiveProjections::kRecordBytes}, std::uint64_t{10'000}, std::uint64_t{0});
  World world(record_bytes);
  Story story(world, seed);
  for (std::uint64_t number = 1; number <= 700; ++number) world.commit({created_person(5000 + number, "Early Ada")});
  story.steps(400);
  const auto reloaded = world.reloaded(record_bytes);
  for (int i = 0; i < 40; ++i) {
    auto filter = random_filter(story);
    const auto& queries = i % 2 == 0 ? *world.live : *reloaded;
    const auto expected = listed(queries, filter);
    filter.order = PersonOrder::name;
    REQUIRE(all_of(*queries.stream_persons(kMain, filter)) == expected);
  }
  CHECK(all_of(*stored_persons(world.store.latest(), kMain)) == listed(*world.live, {}));
  CHECK(all_of(*world.live->stream_organizations(kMain, {})) ==
        all_of(*stored_organizations(world.store.latest(), kMain)));
  CHECK(world.live->stream_persons(kOther, {})->next().empty());
  CHECK(stored_persons(world.store.latest(), kOther)->next().empty());
}

TEST_CASE("a stream shows what was there at its first portion, as it is when it is read", "[projections]") {
  World world;
  for (std::uint64_t number = 1; number <= 1200; ++number) world.commit({created_person(number, "P")});
  const auto stream = world.live->stream_persons(kMain, {});
  auto seen = stream->next().size();
  CHECK(seen < 1200);
  world.commit({created_person(2000, "Late")});
  world.commit({PersonDeleted{person_id(1)}});
  world.commit({PersonDeleted{person_id(1100)}});
  seen += all_of(*stream).size();
  CHECK(seen == 1199);
}

}  // namespace annals::record_stream_test
