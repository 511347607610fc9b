#include "projections/kinds/deals.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "projections/kinds/kind_queries.hpp"
#include "projections/kinds/pipelines.hpp"
#include "projections/story.hpp"
#include "projections/table_check.hpp"

namespace annals::deals_test {
using namespace annals::test;

namespace {

constexpr std::uint64_t kStages = 4;  ///< of pipeline 1: open, open, won, lost
const auto kEuro = *currency_of("EUR");

SlotId deal_slot(std::uint64_t number) {
  return SlotId{700000 + number};
}

void open_pipelines(World& world) {
  open_main(world);
  world.commit({PipelineCreated{
      PipelineId{1}, {true, 30}, {}, {kPlatformSlot, PipelineCreated::Texts{"Sales", "sales", {"{}"}}}}});
  for (std::uint64_t stage = 1; stage <= kStages; ++stage) {
    const auto name = "Stage " + std::to_string(stage);
    world.commit({StageCreated{StageId{stage},
                               {PipelineId{1}, 25 * stage - 20, stage, stage == 3, stage == 4},
                               {},
                               {kPlatformSlot, StageCreated::Texts{name, "s" + std::to_string(stage), {"{}"}}}}});
  }
  for (std::uint64_t person = 1; person <= 5; ++person) {
    world.commit({created_person(person, "Person " + std::to_string(person))});
  }
}

DealCreated created_deal(std::uint64_t number, std::uint64_t person, Amount value, Currency currency = {}) {
  DealCreated deal;
  deal.id = DealId{number};
  deal.plain.person = person_id(person);
  deal.plain.pipeline = PipelineId{1};
  deal.plain.stage = StageId{1};
  deal.plain.stage_since = first_moment();
  deal.plain.lead_value = value;
  deal.plain.currency = currency;
  deal.texts = {deal_slot(number), DealCreated::Texts{"Deal " + std::to_string(number), "", "", {"{}"}}};
  return deal;
}

DealStageChanged moved_deal(std::uint64_t number, std::uint64_t from, std::uint64_t to, Timestamp at) {
  const auto status = to == 3 ? DealStatus::won : to == 4 ? DealStatus::lost : DealStatus::open;
  return {DealId{number},
          StageId{from},
          StageId{to},
          status,
          status == DealStatus::open ? std::nullopt : std::optional(at),
          at};
}

RecordReading reading_at(const World& world, Timestamp now) {
  auto reading = *world.live->reading(kMain);
  reading.now = now;
  return reading;
}
std::string deal_json(const World& world, std::uint64_t number, std::string_view member) {
  const auto shown = show_record<Deal>(reading_at(world, world.now), DealId{number});
  if (!shown) return {};
  for (const auto& [name, value] : json_members(shown->json)) {
    if (name == member) return std::string(value);
  }
  return "no such member";
}
std::vector<std::string> listed(const World& world, const DealFilter& filter, const PageRequest& page = {}) {
  std::vector<std::string> ids;
  for (const auto& record : records_of(*list_deals(reading_at(world, world.now), filter, page))) {
    ids.emplace_back(json_members(record).front().second);
  }
  return ids;
}

using Ids = std::vector<std::string>;

/// Deals as a spreadsheet would have them.
struct ModelDeal {
  std::uint64_t number;
  std::uint64_t person;
  std::uint64_t stage = 1;
  std::int64_t hundredths = 0;
  bool euro = false;
  bool there = true;
};

class Sales {
 public:
  Sales(World& world, std::uint32_t seed) : world_(world), random_(seed) {}

  void step() {
    switch (deals.empty() ? 0 : pick(7)) {
      case 0:
      case 1:
      case 2:
        return create();
      case 3:
      case 4:
        return move();
      case 5:
        return revalue();
      default:
        return end();
    }
  }

  std::vector<ModelDeal> deals;

 private:
  std::uint64_t pick(std::uint64_t below) { return random_() % below; }
  std::int64_t random_value() { return static_cast<std::int64_t>(pick(99'999'999'999'999)) - 1'000'000; }

  void create() {
    const ModelDeal deal{deals.size() + 1, 1 + pick(5), 1, random_value(), pick(3) == 0};
    deals.push_back(deal);
    world_.commit({created_deal(deal.number, deal.person, Amount{deal.hundredths}, deal.euro ? kEuro : Currency{})});
  }
  void move() {
    auto& deal = deals[pick(deals.size())];
    const auto to = 1 + pick(kStages);
    if (!deal.there || to == deal.stage) return;
    world_.commit({moved_deal(deal.number, deal.stage, to, world_.now)});
    deal.stage = to;
  }
  void revalue() {
    auto& deal = deals[pick(deals.size())];
    if (!deal.there) return;
    deal.hundredths = random_value();
    DealUpdated updated;
    updated.id = DealId{deal.number};
    updated.plain.lead_value = Amount{deal.hundredths};
    world_.commit({updated});
  }
  void end() {
    auto& deal = deals[pick(deals.size())];
    if (!std::exchange(deal.there, false)) return;
    world_.commit({DealDeleted{DealId{deal.number}}});
  }

  World& world_;
  std::mt19937 random_;
};

std::string member_of(std::string_view json, std::string_view member) {
  for (const auto& [name, value] : json_members(json)) {
    if (name == member) return std::string(value);
  }
  return "no such member";
}

/// Made another way than format_amount makes it.
std::string quoted_amount(long long hundredths) {
  const auto magnitude = hundredths < 0 ? -hundredths : hundredths;
  const auto cents = std::to_string(magnitude % 100);
  return std::string("\"") + (hundredths < 0 ? "-" : "") + std::to_string(magnitude / 100) + '.' +
         (cents.size() < 2 ? "0" : "") + cents + '"';
}

void check_against_model(const World& world, const Sales& sales) {
  const auto board = deal_board(reading_at(world, world.now), {}, 50);
  REQUIRE(board);
  std::uint64_t dollars = 0;
  std::uint64_t euros = 0;
  for (const auto& deal : sales.deals) (deal.euro ? euros : dollars) += deal.there ? 1 : 0;
  const bool in_euros = euros >= dollars && euros > 0;  // of two as common, the first by its code
  CHECK(member_of(*board, "currency") == (in_euros ? R"("EUR")" : R"("USD")"));
  std::uint64_t stage = 0;
  const auto stages = member_of(*board, "stages");
  for (const auto column : json_elements(stages)) {
    ++stage;
    INFO("stage " << stage);
    long long total = 0;
    long long others = 0;
    std::uint64_t count = 0;
    for (const auto& deal : sales.deals) {
      if (!deal.there || deal.stage != stage) continue;
      ++count;
      (deal.euro == in_euros ? total : others) += deal.hundredths;
    }
    CHECK(member_of(column, "count") == std::to_string(count));
    CHECK(member_of(column, "total_value") == quoted_amount(total));
    const auto other_totals = member_of(column, "other_totals");
    if (others != 0) CHECK(json_members(other_totals).front().second == quoted_amount(others));
    DealFilter filter;
    filter.stage = StageId{stage};
    CHECK(list_deals(reading_at(world, world.now), filter, {})->count == count);
  }
  CHECK(stage == kStages);
}

}  // namespace

TEST_CASE("the board's numbers are those of a spreadsheet, whatever happened", "[projections]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  World world;
  open_pipelines(world);
  Sales sales(world, seed);
  for (int round = 0; round < 8; ++round) {
    for (int step = 0; step < 40; ++step) sales.step();
    check_against_model(world, sales);
  }
  CHECK(compare_tables(world.log, world.store, world.sealer, world.digester).empty());
  CHECK(world.rebuilt() == world.store.all());
}

TEST_CASE("a deal shows what other records say of it", "[projections]") {
  World world;
  open_pipelines(world);
  world.commit({created_organization(1, "Engines Ltd")});
  world.commit(
      {LeadSourceCreated{LeadSourceId{1}, {}, {}, {kPlatformSlot, LeadSourceCreated::Texts{"Web", "web", {"{}"}}}}});
  auto deal = created_deal(1, 2, Amount{12'345});
  deal.plain.organization = organization_id(1);
  deal.plain.source = LeadSourceId{1};
  world.commit({deal});
  CHECK(deal_json(world, 1, "person_name") == R"("Person 2")");
  CHECK(deal_json(world, 1, "organization_name") == R"("Engines Ltd")");
  CHECK(deal_json(world, 1, "source") == "1");
  CHECK(deal_json(world, 1, "lead_value") == R"("123.45")");
  const auto before = show_record<Deal>(reading_at(world, world.now), DealId{1});
  world.commit({OrganizationDeleted{organization_id(1)}});
  world.commit({LeadSourceDeleted{LeadSourceId{1}}});
  CHECK(deal_json(world, 1, "organization") == "null");
  CHECK(deal_json(world, 1, "organization_name") == "null");
  CHECK(deal_json(world, 1, "source") == "null");
  const auto after = show_record<Deal>(reading_at(world, world.now), DealId{1});
  CHECK(after->version == before->version);
  CHECK(after->etag != before->etag);
  DealFilter of_organization;
  of_organization.organization = organization_id(1);
  CHECK(listed(world, of_organization).empty());
}

TEST_CASE("a deal shows its tags, and is found by any of them", "[projections]") {
  World world;
  open_pipelines(world);
  world.commit({created_deal(1, 1, Amount{100}), created_deal(2, 2, Amount{200}), created_deal(3, 2, Amount{300})});
  world.commit({created_tag(1, "Hot"), created_tag(2, "Cold", "#0000FF")});
  world.commit({TagAttached::to(DealId{1}, AssignmentId{1}, TagId{2}),
                TagAttached::to(DealId{1}, AssignmentId{2}, TagId{1}),
                TagAttached::to(DealId{3}, AssignmentId{3}, TagId{2})});
  const auto with_any = [&](std::vector<TagId> tags) {
    return listed(world, filtered<DealFilter>([&](DealFilter& it) { it.tags = std::move(tags); }));
  };
  CHECK(deal_json(world, 1, "tags") ==
        R"([{"id":2,"name":"Cold","color":"#0000FF"},{"id":1,"name":"Hot","color":"#FF0000"}])");
  CHECK(deal_json(world, 2, "tags") == "[]");
  CHECK(with_any({TagId{2}}) == Ids{"3", "1"});
  CHECK(with_any({TagId{1}, TagId{7}}) == Ids{"1"});
  const auto etag = show_record<Deal>(reading_at(world, world.now), DealId{1})->etag;
  world.commit({TagDeleted{TagId{2}}});
  CHECK(show_record<Deal>(reading_at(world, world.now), DealId{1})->etag != etag);
  CHECK(with_any({TagId{2}}).empty());
  world.commit({DealDeleted{DealId{1}}});
  CHECK(with_any({TagId{1}}).empty());
  CHECK(compare_tables(world.log, world.store, world.sealer, world.digester).empty());
  CHECK(world.rebuilt() == world.store.all());
}

TEST_CASE("an open deal is stale when it stands in a stage for longer than the pipeline bears", "[projections]") {
  World world;
  open_pipelines(world);
  world.commit({created_deal(1, 1, Amount{100})});
  const auto stale_at = [&](Timestamp now) {
    return member_of(show_record<Deal>(reading_at(world, now), DealId{1})->json, "is_stale");
  };
  const auto since = first_moment();
  CHECK(stale_at(since + std::chrono::days(30)) == "false");
  CHECK(stale_at(since + std::chrono::days(30) + std::chrono::microseconds(1)) == "true");
  world.commit({moved_deal(1, 1, 2, since + std::chrono::days(20))});
  CHECK(stale_at(since + std::chrono::days(40)) == "false");
  world.commit({moved_deal(1, 2, 3, since + std::chrono::days(21))});
  CHECK(stale_at(since + std::chrono::days(400)) == "false");
}

TEST_CASE("deals are filtered by what they have, and put in order", "[projections]") {
  World world;
  open_pipelines(world);
  const auto deal = [&](std::uint64_t number, std::int64_t value, std::optional<Day> day, const std::string& title) {
    auto created = created_deal(number, 1 + number % 2, Amount{value});
    created.plain.expected_close_date = day;
    created.texts.data->title = title;
    created.plain.owner = number == 3 ? std::optional(UserId{12}) : std::nullopt;
    if (number == 2) {
      created.metadata_keys = {world.digester.short_digest(kMain, DigestPurpose::metadata_key, "tier")};
    }
    world.commit({created});
  };
  deal(1, 500, parse_day("2026-07-01"), "Straßenbahn");
  deal(2, 900, std::nullopt, "Anvil");
  deal(3, 500, parse_day("2026-06-01"), "loom");
  world.commit({moved_deal(1, 1, 3, world.now)});

  const auto where = [&](auto set) { return listed(world, filtered<DealFilter>(set)); };
  CHECK(listed(world, {}) == Ids{"3", "2", "1"});
  CHECK(where([](DealFilter& it) { it.status = DealStatus::won; }) == Ids{"1"});
  CHECK(where([](DealFilter& it) { it.stage = StageId{1}; }) == Ids{"3", "2"});
  CHECK(where([](DealFilter& it) { it.pipeline = PipelineId{2}; }).empty());
  CHECK(where([](DealFilter& it) { it.person = person_id(1); }) == Ids{"2"});
  CHECK(where([](DealFilter& it) { it.owner = UserId{12}; }) == Ids{"3"});
  CHECK(where([](DealFilter& it) { it.metadata_has_key = "tier"; }) == Ids{"2"});
  CHECK(where([](DealFilter& it) { it.search = "STRASSE"; }) == Ids{"1"});
  CHECK(where([](DealFilter& it) { it.expected_close_date_lte = parse_day("2026-07-01"); }) == Ids{"3", "1"});
  CHECK(where([](DealFilter& it) { it.expected_close_date_gte = parse_day("2026-06-02"); }) == Ids{"1"});
  const auto ordered = [&](DealOrder order, bool descending) {
    return where([&](DealFilter& it) {
      it.order = order;
      it.descending = descending;
    });
  };
  CHECK(ordered(DealOrder::created_at, false) == Ids{"1", "2", "3"});
  CHECK(ordered(DealOrder::lead_value, false) == Ids{"3", "1", "2"});
  CHECK(ordered(DealOrder::lead_value, true) == Ids{"2", "3", "1"});
  CHECK(ordered(DealOrder::title, false) == Ids{"2", "1", "3"});
  CHECK(ordered(DealOrder::updated_at, true) == Ids{"1", "3", "2"});
  CHECK(ordered(DealOrder::expected_close_date, false) == Ids{"3", "1", "2"});
  CHECK(ordered(DealOrder::expected_close_date, true) == Ids{"1", "3", "2"});
  CHECK(listed(world, {}, {2, 2, std::nullopt}) == Ids{"1"});
  CHECK(listed(world, {}, {1, 2, Ordinal{2}}) == Ids{"2", "1"});
  CHECK_FALSE(list_deals(reading_at(world, world.now), {}, {3, 2, std::nullopt}));
}

TEST_CASE("a merge takes deals along and gives them back", "[projections]") {
  World world;
  open_pipelines(world);
  world.commit({created_deal(1, 2, Amount{100}), created_deal(2, 2, Amount{200}), created_deal(3, 1, Amount{400})});
  world.commit({PersonMerged{person_id(2), person_id(1), true, {{"deals", {1, 2}, {}}}},
                PersonAbsorbed{person_id(1), {person_id(2)}, {{"deals", 2}}}});
  const auto of_person = [&](std::uint64_t number) {
    return listed(world, filtered<DealFilter>([&](DealFilter& it) { it.person = person_id(number); }));
  };
  CHECK(of_person(1) == Ids{"3", "2", "1"});
  CHECK(of_person(2).empty());
  CHECK(deal_json(world, 1, "person_name") == R"("Person 1")");
  CHECK(show_record<Deal>(reading_at(world, world.now), DealId{1})->version == StreamVersion{1});
  world.commit({PersonUnmerged{person_id(2), person_id(1), true, {{"deals", {1}, {}, {2}}}},
                PersonReleased{person_id(1), person_id(2), {{"deals", 1}}}});
  CHECK(of_person(1) == Ids{"3", "2"});
  CHECK(of_person(2) == Ids{"1"});
  CHECK(compare_tables(world.log, world.store, world.sealer, world.digester).empty());
  CHECK(world.rebuilt() == world.store.all());
}

TEST_CASE("an erased person's deals keep their numbers and nothing else", "[projections]") {
  World world;
  open_pipelines(world);
  auto deal = created_deal(1, 2, Amount{700});
  deal.metadata_keys = {world.digester.short_digest(kMain, DigestPurpose::metadata_key, "tier")};
  deal.texts.data->metadata = JsonText{R"({"tier":1})"};
  world.commit({deal});
  world.commit({created_deal(2, 2, Amount{900})});
  world.commit({DealDeleted{DealId{2}}});
  CHECK(ever_referring<Deal>(world.store.latest(), kMain, person_id(2)) == std::vector{DealId{1}, DealId{2}});
  world.commit(
      {PersonErased{person_id(2), person_slot(2), {}, {}, {{"deal", 1, deal_slot(1)}, {"deal", 2, deal_slot(2)}}}});
  for (const auto slot : {person_slot(2), deal_slot(1), deal_slot(2)}) world.erase(kMain, slot);
  CHECK(deal_json(world, 1, "title") == R"("")");
  CHECK(deal_json(world, 1, "metadata") == "{}");
  CHECK(deal_json(world, 1, "person") == "null");
  CHECK(deal_json(world, 1, "person_name") == "null");
  CHECK(deal_json(world, 1, "lead_value") == R"("7.00")");
  CHECK(listed(world, filtered<DealFilter>([](DealFilter& it) { it.metadata_has_key = "tier"; })).empty());
  CHECK(deal_board(reading_at(world, world.now), {}, 50)->contains(R"("total_value":"7.00")"));
  CHECK(compare_tables(world.log, world.store, world.sealer, world.digester).empty());
  CHECK(world.rebuilt() == world.store.all());

  DealUpdated anew;
  anew.id = DealId{1};
  anew.metadata_keys = {world.digester.short_digest(kMain, DigestPurpose::metadata_key, "since")};
  anew.texts = {SlotId{977}, DealUpdated::Texts{"Loom again", "", "", JsonText{R"({"since":2})"}}};
  world.commit({anew});
  CHECK(deal_json(world, 1, "title") == R"("Loom again")");
  CHECK(deal_json(world, 1, "metadata") == R"({"since":2})");
  CHECK(listed(world, filtered<DealFilter>([](DealFilter& it) { it.metadata_has_key = "since"; })) == Ids{"1"});
  CHECK(read_row<Deal>(world.store.latest(), kMain, DealId{1})->slot == SlotId{977});
  CHECK(compare_tables(world.log, world.store, world.sealer, world.digester).empty());
  CHECK(world.rebuilt() == world.store.all());
}

}  // namespace annals::deals_test
