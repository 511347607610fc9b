#include "projections/text_moves.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "projections/loading.hpp"
#include "projections/story.hpp"
#include "projections/table_check.hpp"

namespace annals::text_moves_test {
using namespace annals::test;

namespace {

constexpr std::uint64_t kPlenty = 64u << 20;
const Pause no_pause = [] {};

/// The tables of one platform, moved by the commits of a world; what is done to the texts meanwhile is up to the test.
class MovedTables {
 public:
  explicit MovedTables(World& world) : world_(world) {}
  void follow() {
    for (; done_ < world_.commits.size(); ++done_) {
      const auto& commit = *world_.commits[done_];
      if (commit.header.frame.platform == kMain) move_tables(tables, commit, world_.digester);
    }
  }
  void settle() {
    while (settle_texts(tables, no_pause)) {
    }
  }
  bool same_as_loaded() const {
    PlatformTables loaded(std::make_shared<RecordBudget>(kPlenty));
    LoadProgress untold(nullptr, 0);
    load_tables(*world_.store.snapshot(), kMain, loaded, 1, untold);
    std::vector<ViewDifference> differences;
    compare_tables(kMain, tables, loaded, differences);
    return differences.empty();
  }
  /// Whether the trigrams know of any row that `trigrams` come from.
  bool knows(std::string_view folded) const {
    const auto* rows = tables.persons.text_index.trigrams().rows_with(trigram_of(folded[0], folded[1], folded[2]));
    return rows != nullptr;
  }

  PlatformTables tables{std::make_shared<RecordBudget>(kPlenty)};

 private:
  World& world_;
  std::size_t done_ = 0;
};

PersonDetailsChange named(const std::string& name) {
  PersonDetailsChange change;
  change.name = name;
  return change;
}

}  // namespace

TEST_CASE("trigrams follow texts, whatever commits come in between", "[projections]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  World world;
  Story story(world, seed);
  MovedTables moved(world);
  const Pause commit_meanwhile = [&] {
    if (story.chance(0.3)) story.steps(3);
    moved.follow();
  };
  for (int round = 0; round < 12; ++round) {
    story.steps(30);
    moved.follow();
    settle_texts(moved.tables, commit_meanwhile);
    moved.settle();
    REQUIRE(moved.tables.persons.text_index.unsettled().isEmpty());
    REQUIRE(moved.same_as_loaded());
  }
}

TEST_CASE("of evicted texts stays what searches need, whatever commits come in between", "[projections]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  World world;
  Story story(world, seed);
  MovedTables moved(world);
  const Pause commit_meanwhile = [&] {
    if (story.chance(0.3)) story.steps(3);
    moved.follow();
  };
  for (int round = 0; round < 12; ++round) {
    story.steps(30);
    moved.follow();
    if (story.chance(0.7)) settle_texts(moved.tables, no_pause);
    evict_texts(moved.tables, 2'000, commit_meanwhile);
  }
  while (evict_texts(moved.tables, kPlenty, no_pause)) {
  }
  CHECK(moved.tables.budget->used == 0);
  moved.settle();
  CHECK(moved.same_as_loaded());
}

TEST_CASE("the trigrams of a deleted person are gone with the deletion, whether it was settled or not",
          "[projections]") {
  World world;
  MovedTables moved(world);
  world.commit({created_person(1, "Kept"), created_person(2, "Xylophone")});
  moved.follow();
  bool deleted = false;
  const auto remove = [&] {
    if (std::exchange(deleted, true)) return;
    world.commit({PersonDeleted{person_id(2)}});
    moved.follow();
    CHECK_FALSE(moved.knows("xyl"));
  };
  SECTION("settled") {
    moved.settle();
    CHECK(moved.knows("xyl"));
    remove();
  }
  SECTION("not settled") {
    CHECK_FALSE(moved.knows("xyl"));
    remove();
  }
  SECTION("renamed since it was settled") {
    moved.settle();
    world.commit({updated_person(2, named("Zither"))});
    moved.follow();
    CHECK(moved.knows("xyl"));
    remove();
    CHECK_FALSE(moved.knows("zit"));
  }
  SECTION("at the first, second … pause while it is being settled") {
    int pause = GENERATE(1, 2, 3);
    settle_texts(moved.tables, [&] {
      if (--pause == 0) remove();
    });
    remove();
  }
  SECTION("at the first, second … pause while it is evicted") {
    moved.settle();
    int pause = GENERATE(1, 2, 3);
    evict_texts(moved.tables, kPlenty, [&] {
      if (--pause == 0) remove();
    });
    remove();
  }
  moved.settle();
  CHECK_FALSE(moved.knows("xyl"));
  CHECK_FALSE(moved.knows("zit"));
}

TEST_CASE("a person that is renamed while texts move is found by all of its new name", "[projections]") {
  World world;
  MovedTables moved(world);
  world.commit({created_person(1, "Kept"), created_person(2, "Xylophone")});
  moved.follow();
  int pause = GENERATE(1, 2, 3);
  const Pause rename = [&] {
    if (--pause != 0) return;
    world.commit({updated_person(2, named("Xylograph"))});
    moved.follow();
  };
  settle_texts(moved.tables, rename);
  moved.settle();
  CHECK(moved.tables.persons.text_index.unsettled().isEmpty());
  CHECK(moved.same_as_loaded());
}

TEST_CASE("a search is exact while texts are settled and evicted on another thread", "[projections]") {
  World world(60'000);  // of some 400 persons
  constexpr std::uint64_t kPersons = 1500;
  std::vector<Event> created;
  for (std::uint64_t number = 1; number <= kPersons; ++number) {
    created.push_back(created_person(number, number % 3 == 0 ? "Wanted" : "Other"));
  }
  world.commit(std::move(created));
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (std::uint64_t round = 0; round < 300; ++round) {
      const auto forth = round / 100 % 2 == 0;
      world.commit({updated_person(kPersons - 1 - round % 100 * 3, named(forth ? "Wanted" : "Other")),
                    updated_person(kPersons - round % 100 * 3, named(forth ? "Other" : "Wanted")),
                    created_person(kPersons + 1 + round, "More")});
    }
    stop = true;
  });
  int wrong = 0;
  while (!stop) {
    for (const auto* needle : {"w", "wa", "ant", "wanted"}) {
      const auto page = world.live->persons(kMain, searching(needle), {});
      if (!page || page->count != kPersons / 3) ++wrong;
    }
  }
  writer.join();
  CHECK(wrong == 0);
}

}  // namespace annals::text_moves_test
