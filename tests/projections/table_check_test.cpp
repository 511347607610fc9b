#include "projections/table_check.hpp"

#include <catch2/catch.hpp>

#include "projections/loading.hpp"
#include "projections/story.hpp"
#include "projections/text_moves.hpp"

namespace annals::table_check_test {
using namespace annals::test;

namespace {

std::unique_ptr<PlatformTables> loaded_tables(const World& world, std::uint64_t budget, unsigned threads) {
  auto tables = std::make_unique<PlatformTables>(std::make_shared<RecordBudget>(budget));
  LoadProgress untold(nullptr, 0);
  load_tables(*world.store.snapshot(), kMain, *tables, threads, untold);
  return tables;
}

std::vector<std::string> what_differs(const PlatformTables& moved, const PlatformTables& loaded) {
  std::vector<ViewDifference> differences;
  compare_tables(kMain, moved, loaded, differences);
  std::vector<std::string> sentences;
  for (const auto& difference : differences) sentences.push_back(difference.projection + ": " + difference.what);
  return sentences;
}

const Pause no_pause = [] {};

void settle(PlatformTables& tables) {
  while (settle_texts(tables, no_pause)) {
  }
}

constexpr std::uint64_t kPlenty = 64u << 20;

}  // namespace

TEST_CASE("tables moved commit by commit are the tables loaded from the views, whatever happened", "[projections]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  World world;
  Story story(world, seed);
  PlatformTables moved(std::make_shared<RecordBudget>(kPlenty));
  std::size_t done = 0;
  for (int round = 0; round < 12; ++round) {
    story.steps(50);
    for (; done < world.commits.size(); ++done) {
      const auto& commit = *world.commits[done];
      if (commit.header.frame.platform == kMain) move_tables(moved, commit, world.digester);
    }
    settle(moved);
    REQUIRE(what_differs(moved, *loaded_tables(world, kPlenty, 2)).empty());
  }
  CHECK(compare_tables(world.log, world.store, world.sealer, world.digester).empty());
}

TEST_CASE("a difference between tables in memory is named", "[projections]") {
  World world;
  open_main(world);
  world.commit({created_organization(1, "One"), created_person(1, "First"), created_person(2, "Second")});
  const auto good = loaded_tables(world, kPlenty, 1);
  const auto bad = loaded_tables(world, kPlenty, 1);
  CHECK(what_differs(*good, *bad).empty());
  std::string expected;
  SECTION("a column") {
    bad->persons.active[1] = 0;
    expected = "persons in memory: its columns differ";
  }
  SECTION("a text") {
    auto parts = bad->persons.parts(0);
    parts[0] = "\"Furst\"";
    bad->persons.texts.put(0, parts);
    expected = "persons in memory: its texts in memory differ";
  }
  SECTION("a set") {
    bad->organizations.sets.owned.add(0);
    expected = "organizations in memory: the sets of rows that filters mean differ";
  }
  SECTION("trigrams") {
    TrigramIndex more;
    more.add(0, std::vector<Trigram>{0x616263});
    bad->persons.text_index.take(std::move(more));
    expected = "persons in memory: the trigrams differ";
  }
  SECTION("a deal's title") {
    DealCreated deal;
    deal.id = DealId{1};
    deal.texts.data.emplace().title = "Loom";
    bad->deal_titles.on(deal);
    expected = "deals' titles in memory: the titles or their trigrams differ";
  }
  SECTION("a set of deals") {
    bad->deals.owners.add(UserId{12}, 0);
    expected = "deals in memory: the table differs";
  }
  SECTION("a total of deals") {
    bad->deals.index.pipelines[PipelineId{1}].stages[StageId{2}].all.count = 3;
    expected = "deals in memory: the table differs";
  }
  SECTION("a day on which activities are due") {
    bad->activities.index.due.add(*parse_day("2026-06-05"), 0);
    expected = "activities in memory: the table differs";
  }
  SECTION("an invitation") {
    bad->invitations.issued(InvitationId{1}, world.now, std::nullopt);
    expected = "invitations in memory: the table differs";
  }
  CHECK(what_differs(*good, *bad) == std::vector<std::string>{expected});
}

TEST_CASE("loading keeps the newest records that the budget bears and forgets the oldest first", "[projections]") {
  World world;
  open_main(world);
  for (std::uint64_t number = 1; number <= 100; ++number) world.commit({created_person(number, "Person")});
  const auto all = loaded_tables(world, kPlenty, 1);
  CHECK(all->persons.texts.oldest() == 0);
  CHECK(evict_texts(*all, 1, no_pause));
  CHECK(all->persons.texts.oldest() == 1);
  CHECK_FALSE(all->persons.texts.holds(0));
  CHECK(all->persons.texts.has(0));
  CHECK(all->persons.texts.holds(1));
  while (evict_texts(*all, kPlenty, no_pause)) {
  }
  CHECK(all->budget->used == 0);
  CHECK(what_differs(*all, *loaded_tables(world, kPlenty, 1)).empty());
}

}  // namespace annals::table_check_test
