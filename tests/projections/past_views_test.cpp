#include "projections/history/past_views.hpp"

#include <catch2/catch.hpp>

#include "projections/story.hpp"
#include "projections/view_ids.hpp"

namespace annals::past_views_test {
using namespace annals::test;

namespace {

Position fill(const World& world, Position until, MemoryByteStore& past) {
  return fill_past_views(world.log, kMain, until, past, world.sealer, world.digester, nullptr);
}

/// The log of a server that stopped at the end of a commit; the keys are those of now.
MemoryLog stopped_at(const World& world, Position end) {
  auto log = world.log;
  std::erase_if(log.records[kMain], [&](const CommitRecord& record) { return record.frame.last() > end; });
  if (log.records[kMain].empty()) log.records.erase(kMain);
  return log;
}

MemoryViews rebuilt(const World& world, const MemoryLog& log) {
  MemoryByteStore store;
  rebuild(log, store, world.sealer, world.digester, std::nullopt, nullptr);
  auto views = store.all();
  std::erase_if(views, [](const auto& one) { return one.first.view == view::shape; });
  return views;
}

void append(std::string& out, const std::optional<ShownRecord>& record) {
  out += record ? record->etag + record->json : "404";
  out += '\n';
}

void append(std::string& out, const Result<Page>& page) {
  out += page ? std::to_string(page->count) + page->results : "no page";
  out += '\n';
}

/// What reading shows, by itself and in lists of every kind.
std::string all_reads(const Queries& queries, Timestamp now) {
  std::string shown;
  for (std::uint64_t number = 1; number <= 30; ++number) {
    append(shown, queries.person(kMain, person_id(number)));
    append(shown, queries.organization(kMain, organization_id(number)));
  }
  const auto persons = [&](auto&& set, std::uint64_t page = 1) {
    append(shown, queries.persons(kMain, filtered<PersonFilter>(set), {page, 7, std::nullopt}));
  };
  persons([](PersonFilter&) {});
  persons([](PersonFilter&) {}, 2);
  persons([](PersonFilter& filter) { filter.lifecycle_stage = LifecycleStage::lead; });
  persons([](PersonFilter& filter) { filter.owner = UserId{11}; });
  persons([](PersonFilter& filter) { filter.organization = organization_id(1); });
  persons([](PersonFilter& filter) { filter.active = false; });
  persons([](PersonFilter& filter) { filter.search = "ada"; });
  persons([](PersonFilter& filter) { filter.metadata_has_key = Story::name_of_key(1); });
  persons([](PersonFilter& filter) { filter.order = PersonOrder::name; });
  persons([](PersonFilter& filter) { filter.order = PersonOrder::updated_at; });
  const auto organizations = [&](auto&& set) {
    append(shown, queries.organizations(kMain, filtered<OrganizationFilter>(set), {}));
  };
  organizations([](OrganizationFilter&) {});
  organizations([](OrganizationFilter& filter) { filter.name = "#"; });
  organizations([](OrganizationFilter& filter) { filter.order = OrganizationOrder::name; });
  append(shown, queries.invitations(kMain, {}, {}, now));
  const auto active = filtered<InvitationFilter>([](InvitationFilter& filter) { filter.active = true; });
  append(shown, queries.invitations(kMain, active, {}, now));
  return shown;
}

std::string all_reads_of(MemoryByteStore& store, const World& world, Timestamp now) {
  const auto live = LiveProjections::make(store, world.digester);
  const PlatformId platforms[] = {kSystemPlatform, kMain};
  live->load(platforms, nullptr);
  return all_reads(*live, now);
}

}  // namespace

TEST_CASE("the views of any past are those of a server that stopped there, and so is what they show", "[projections]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  World world;
  Story story(world, seed);
  struct Moment {
    Position position;
    Timestamp now;
    std::string reads;
  };
  std::vector<Moment> moments;
  for (int step = 0; step < 100; ++step) {
    story.step();
    moments.push_back({world.log.head(kMain).position, world.now, all_reads(*world.live, world.now)});
  }
  const auto last_erasure = [&] {
    Position last;
    for (const auto& commit : world.commits) {
      for (const auto& recorded : commit->events) {
        if (std::holds_alternative<PersonErased>(recorded.event)) last = commit->header.frame.last();
      }
    }
    return last;
  }();
  for (const auto& moment : moments) {
    INFO("as of " << moment.position.value);
    MemoryByteStore past;
    REQUIRE(fill(world, moment.position, past) == moment.position);
    REQUIRE(past.all() == rebuilt(world, stopped_at(world, moment.position)));
    if (last_erasure <= moment.position) REQUIRE(all_reads_of(past, world, moment.now) == moment.reads);
  }
}

TEST_CASE("a past keeps nothing of whom an erasure hit since, and all the others", "[projections]") {
  World world;
  open_main(world);
  world.commit({created_person(1, "Unforgettable"), created_person(2, "Remembered")});
  const auto before = world.log.head(kMain).position;
  world.commit({PersonErased{person_id(1), person_slot(1), {}, {}}});
  world.erase(kMain, person_slot(1));
  MemoryByteStore past;
  fill(world, before, past);
  const auto shown = all_reads_of(past, world, world.now);
  CHECK(shown.find("Unforgettable") == std::string::npos);
  CHECK(shown.find("Remembered") != std::string::npos);
}

TEST_CASE("a past ends with a whole commit, at the head at the latest", "[projections]") {
  World world;
  open_main(world);
  const auto opened = world.log.head(kMain).position;
  world.commit({created_person(1, "One"), created_person(2, "Two"), created_person(3, "Three")});
  const auto end_of = [&](Position until) {
    MemoryByteStore past;
    const auto end = fill(world, until, past);
    CHECK(applied_position(kMain, past.latest()) == end);
    return end;
  };
  CHECK(end_of(Position{opened.value + 2}) == opened);
  CHECK(end_of(Position{opened.value + 3}) == Position{opened.value + 3});
  CHECK(end_of(Position{opened.value + 400}) == Position{opened.value + 3});
  CHECK(end_of(Position{0}) == Position{0});
}

TEST_CASE("making a past ends when whoever is told of the progress wants no more", "[projections]") {
  struct Enough {};
  World world;
  open_main(world);
  MemoryByteStore past;
  CHECK_THROWS_AS(fill_past_views(world.log, kMain, world.log.head(kMain).position, past, world.sealer, world.digester,
                                  [](std::uint64_t, std::uint64_t) { throw Enough(); }),
                  Enough);
}

}  // namespace annals::past_views_test
