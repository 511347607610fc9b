#include <atomic>
#include <catch2/catch.hpp>
#include <set>
#include <thread>

#include "projections/kinds/kind_queries.hpp"
#include "projections/sales_story.hpp"

/// That lists of deals are of one moment, and which take long.
namespace annals::kind_moments_test {
using namespace annals::test;

namespace {

DealCreated deal(std::uint64_t number, const std::string& title, const std::string& description) {
  DealCreated created;
  created.id = DealId{number};
  created.plain.person = person_id(1);
  created.plain.pipeline = PipelineId{1};
  created.plain.stage = StageId{1 + number % 2};
  created.texts = {deal_slot(number), DealCreated::Texts{title, description, "", {"{}"}}};
  return created;
}

/// Who is wanted has the word in its title or, of four in a row, the first and the last in its description.
DealCreated wanted_deal(std::uint64_t number, bool wanted) {
  const bool by_title = number % 4 >= 2;
  return deal(number, (wanted && by_title ? "Wanted " : "Other ") + std::to_string(number % 10),
              wanted && !by_title ? "also wanted"
              : number % 3 == 0   ? "something else"
                                  : "");
}

DealUpdated renamed_deal(std::uint64_t number, bool wanted) {
  const auto texts = *wanted_deal(number, wanted).texts.data;
  DealUpdated updated;
  updated.id = DealId{number};
  updated.texts = Sealed<DealUpdated::Texts>{deal_slot(number), DealUpdated::Texts{}};
  updated.texts->data->title = texts.title;
  updated.texts->data->description = texts.description;
  return updated;
}

void fill(World& world, std::uint64_t deals) {
  world.commit({created_person(1, "Customer")});
  std::vector<Event> created;
  for (std::uint64_t number = 1; number <= deals; ++number) created.push_back(wanted_deal(number, number % 2 == 0));
  world.commit(std::move(created));
}

std::vector<std::string> ids_in(const Page& page) {
  std::vector<std::string> ids;
  for (const auto& record : records_of(page)) ids.emplace_back(json_members(record).front().second);
  return ids;
}

}  // namespace

TEST_CASE("a search of titles and descriptions is of one moment, whatever was written meanwhile", "[projections]") {
  World world;
  constexpr std::uint64_t kDeals = 1200;
  fill(world, kDeals);
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::atomic<int> pages = 0;
  const auto read = [&](DealOrder order, std::uint64_t page_number) {
    DealFilter filter;
    filter.search = "WANTED";
    filter.order = order;
    while (!stop) {
      const auto page = list_deals(*world.live->reading(kMain), filter, {page_number, 20, std::nullopt});
      ++pages;
      const auto records = page ? records_of(*page) : std::vector<std::string>();
      if (!page || page->count != kDeals / 2 || records.size() != 20) {
        ++wrong;
        continue;
      }
      for (const auto& record : records) {
        if (record.find("anted") == std::string::npos) ++wrong;
      }
      const auto ids = ids_in(*page);
      if (std::set<std::string>(ids.begin(), ids.end()).size() != ids.size()) ++wrong;
    }
  };
  world.before_publish = [] { std::this_thread::sleep_for(std::chrono::microseconds(100)); };
  std::thread by_title(read, DealOrder::title, 20);
  std::thread by_change(read, DealOrder::updated_at, 1);
  // Every commit makes one deal wanted and one not.
  for (std::uint64_t round = 0; round < 300; ++round) {
    const auto pair = 1 + 2 * (round * 7 % (kDeals / 2));
    const bool forth = round / (kDeals / 2) % 2 == 0;
    world.commit({renamed_deal(pair, forth), renamed_deal(pair + 1, !forth)});
  }
  stop = true;
  by_title.join();
  by_change.join();
  CHECK(wrong == 0);
  CHECK(pages > 0);
}

TEST_CASE("which lists of deals take long is told from how many they may look at", "[projections]") {
  World world;
  constexpr std::uint64_t kDeals = 4000;
  world.commit({created_person(1, "Customer"), created_person(2, "Another")});
  std::vector<Event> created;
  for (std::uint64_t number = 1; number <= kDeals; ++number) {
    auto each = deal(number, number == 77 ? "Only One" : "Many Others", "");
    if (number % 500 == 0) each.plain.person = person_id(2);
    created.push_back(each);
  }
  world.commit(std::move(created));
  const auto held = world.reloaded();
  const auto takes = [&](auto set) { return takes_long(*held->reading(kMain), filtered<DealFilter>(set)); };
  CHECK_FALSE(takes([](DealFilter&) {}));
  CHECK_FALSE(takes([](DealFilter& it) { it.stage = StageId{1}; }));
  CHECK(takes([](DealFilter& it) { it.order = DealOrder::lead_value; }));
  CHECK(takes([](DealFilter& it) { it.expected_close_date_gte = parse_day("2026-06-01"); }));
  CHECK_FALSE(takes([](DealFilter& it) {
    it.order = DealOrder::lead_value;
    it.person = person_id(2);
  }));
  CHECK(takes([](DealFilter& it) { it.search = "many"; }));
  CHECK_FALSE(takes([](DealFilter& it) { it.search = "only"; }));
  world.commit({renamed_deal(1, false), renamed_deal(2, false), renamed_deal(3, false)});
  std::vector<Event> described;
  for (std::uint64_t number = 3; number <= kDeals; number += 3) described.push_back(renamed_deal(number, false));
  world.commit(std::move(described));
  CHECK(
      takes_long(*world.reloaded()->reading(kMain), filtered<DealFilter>([](DealFilter& it) { it.search = "only"; })));
}

TEST_CASE("a past that was now when a list began stays what it was", "[projections]") {
  World then;
  World world;
  fill(then, 10);
  fill(world, 10);
  auto reading = *world.live->reading(kMain);
  reading.until = world.live->served_position(kMain);
  int asked = 0;
  reading.then = [&]() -> Result<std::shared_ptr<const RecordQueries>> {
    ++asked;
    return std::shared_ptr<const RecordQueries>(std::shared_ptr<void>(), then.live.get());
  };
  const auto newest_first = ids_in(*list_deals(reading, {}, {}));
  CHECK(asked == 0);
  world.commit({DealDeleted{DealId{4}}});
  CHECK(ids_in(*list_deals(reading, {}, {})) == newest_first);
  const auto of_first = filtered<DealFilter>([](DealFilter& it) { it.pipeline = PipelineId{1}; });
  CHECK(deal_board(reading, of_first, 50).error().code == ProblemCode::not_found);
  CHECK(asked == 2);
}

}  // namespace annals::kind_moments_test
