#include "projections/overview.hpp"

#include <catch2/catch.hpp>

#include "projections/world.hpp"

namespace annals::overview_test {
using namespace annals::test;

namespace {

const auto kEuro = *currency_of("EUR");
const auto kNow = parse_time("2026-06-15T12:00:00Z")->at;

/// What stands behind these names and indexes: `deals.by_stage.0.count`.
std::string at(std::string_view json, std::string_view path) {
  const auto name = path.substr(0, path.find('.'));
  const auto rest = path.size() > name.size() ? path.substr(name.size() + 1) : std::string_view();
  std::string_view found = "no such member";
  if (json.starts_with('[')) {
    found = json_elements(json).at(static_cast<std::size_t>(std::stoul(std::string(name))));
  } else {
    for (const auto& [key, value] : json_members(json)) {
      if (key == name) found = value;
    }
  }
  return rest.empty() ? std::string(found) : at(found, rest);
}

Day day(std::string_view text) {
  return *parse_day(text);
}

/// A pipeline with two open stages of 25 and 33 per cent, then won and lost.
void open_pipeline(World& world, std::uint64_t pipeline) {
  const auto code = "p" + std::to_string(pipeline);
  world.commit({PipelineCreated{
      PipelineId{pipeline}, {pipeline == 1, 30}, {}, {kPlatformSlot, PipelineCreated::Texts{code, code, {"{}"}}}}});
  const std::uint64_t probabilities[] = {25, 33, 100, 0};
  for (std::uint64_t number = 0; number < 4; ++number) {
    const auto id = (pipeline - 1) * 4 + number + 1;
    const auto stage = "s" + std::to_string(id);
    world.commit({StageCreated{StageId{id},
                               {PipelineId{pipeline}, probabilities[number], number, number == 2, number == 3},
                               {},
                               {kPlatformSlot, StageCreated::Texts{stage, stage, {"{}"}}}}});
  }
}

struct Closed {
  DealStatus status;
  std::string_view at;
};

void deal(World& world, std::uint64_t number, std::uint64_t stage, std::int64_t hundredths,
          std::optional<Closed> closed = std::nullopt, Currency currency = {}) {
  DealCreated created;
  created.id = DealId{number};
  created.plain.person = person_id(1);
  created.plain.pipeline = PipelineId{(stage - 1) / 4 + 1};
  created.plain.stage = StageId{stage};
  created.plain.lead_value = Amount{hundredths};
  created.plain.currency = currency;
  if (closed) {
    created.plain.status = closed->status;
    created.plain.closed_at = parse_time(closed->at)->at;
  }
  created.texts = {SlotId{700000 + number}, DealCreated::Texts{"Deal", "", "", {"{}"}}};
  world.commit({created});
}

struct Scheduled {
  std::string_view from;
  std::string_view to;
  std::string_view done;
};
void activity(World& world, std::uint64_t number, const Scheduled& when) {
  const auto time = [](std::string_view text) {
    return text.empty() ? std::nullopt : std::optional(parse_time(text)->at);
  };
  ActivityCreated created;
  created.id = ActivityId{number};
  created.plain.person = person_id(1);
  created.plain.schedule_from = time(when.from);
  created.plain.schedule_to = time(when.to);
  created.plain.done_at = time(when.done);
  created.plain.is_done = !when.done.empty();
  created.texts = {SlotId{800000 + number}, ActivityCreated::Texts{"Call", "", "", {"{}"}}};
  world.commit({created});
}

OverviewRequest everything(std::optional<Day> start, Day end) {
  return {std::nullopt, start, end, true, true, true, true};
}

}  // namespace

TEST_CASE("an overview has what a spreadsheet would have of one pipeline's deals", "[projections]") {
  World world;
  open_main(world);
  open_pipeline(world, 1);
  open_pipeline(world, 2);
  world.commit({created_person(1, std::string("Ada"))});
  deal(world, 1, 1, 1001);
  deal(world, 2, 1, 1001);
  deal(world, 3, 2, 50);
  deal(world, 4, 2, 777, std::nullopt, kEuro);
  deal(world, 5, 3, 2000, Closed{DealStatus::won, "2026-06-01T00:00:00Z"});
  deal(world, 6, 3, 300, Closed{DealStatus::won, "2026-05-31T23:59:59.999999Z"});
  deal(world, 7, 4, 40, Closed{DealStatus::lost, "2026-06-14T08:00:00Z"});
  deal(world, 8, 4, 5, Closed{DealStatus::lost, "2026-01-01T00:00:00Z"});
  deal(world, 9, 3, 6, Closed{DealStatus::won, "2025-12-31T23:00:00Z"});
  deal(world, 10, 5, 99900);
  auto asked = everything(day("2026-05-31"), day("2026-06-01"));
  asked.pipeline = PipelineId{1};
  const auto json = *world.live->overview(kMain, asked, kNow);
  CHECK(at(json, "deals.pipeline.id") == "1");
  CHECK(at(json, "deals.currency") == "\"USD\"");
  CHECK(at(json, "deals.open_count") == "4");
  CHECK(at(json, "deals.pipeline_value") == "\"20.52\"");
  // 20.02 × 25 % + 0.50 × 33 % = 5.005 + 0.165 = 5.17; rounded stage by stage it would be 5.16.
  CHECK(at(json, "deals.weighted_value") == "\"5.17\"");
  CHECK(at(json, "deals.other_totals") == R"({"EUR":"7.77"})");
  CHECK(at(json, "deals.won_this_month_count") == "1");
  CHECK(at(json, "deals.won_this_month_value") == "\"20.00\"");
  CHECK(at(json, "deals.lost_this_month_count") == "1");
  CHECK(at(json, "deals.lost_this_month_value") == "\"0.40\"");
  CHECK(at(json, "deals.by_stage.0.stage.id") == "1");
  CHECK(at(json, "deals.by_stage.0.total_value") == "\"20.02\"");
  CHECK(at(json, "deals.by_stage.0.weighted_value") == "\"5.00\"");
  CHECK(at(json, "deals.by_stage.1.count") == "2");
  CHECK(at(json, "deals.by_stage.1.other_totals") == R"({"EUR":"7.77"})");
  CHECK(at(json, "deals.by_stage.2.total_value") == "\"23.06\"");
  const auto months = at(json, "deals.won_lost_by_month");
  REQUIRE(json_elements(months).size() == 6);
  CHECK(at(months, "0") ==
        R"({"month":"2026-01","won_count":0,"won_value":"0.00","lost_count":1,"lost_value":"0.05"})");
  CHECK(at(months, "4") ==
        R"({"month":"2026-05","won_count":1,"won_value":"3.00","lost_count":0,"lost_value":"0.00"})");
  CHECK(at(months, "5") ==
        R"({"month":"2026-06","won_count":1,"won_value":"20.00","lost_count":1,"lost_value":"0.40"})");
  CHECK(at(json, "period_deals_won") == "2");
  CHECK(at(json, "period_deals_won_value") == "\"23.00\"");
  CHECK(at(json, "period_deals_lost") == "0");
  CHECK(at(json, "period_deals_lost_value") == "\"0.00\"");
  CHECK(at(json, "period_deals_created") == "0");
  asked.start.reset();
  asked.end = day("2026-06-15");
  const auto ever = *world.live->overview(kMain, asked, kNow);
  CHECK(at(ever, "period_start_date") == "null");
  CHECK(at(ever, "period_end_date") == "\"2026-06-15\"");
  CHECK(at(ever, "period_deals_created") == "9");
  CHECK(at(ever, "period_deals_won_value") == "\"23.06\"");
  CHECK(at(ever, "period_deals_lost_value") == "\"0.45\"");
  const auto all = *world.live->overview(kMain, everything(std::nullopt, day("2026-06-15")), kNow);
  CHECK(at(all, "deals.pipeline.id") == "1");
  CHECK(at(all, "deals.open_count") == "5");
  CHECK(at(all, "deals.pipeline_value") == "\"1019.52\"");
  CHECK(at(all, "deals.by_stage.1.count") == "2");
  CHECK(at(all, "period_deals_created") == "10");
  auto second = everything(std::nullopt, day("2026-06-15"));
  second.pipeline = PipelineId{2};
  CHECK(at(*world.live->overview(kMain, second, kNow), "deals.pipeline_value") == "\"999.00\"");
  CHECK(*world.reloaded()->overview(kMain, second, kNow) == *world.live->overview(kMain, second, kNow));
  second.pipeline = PipelineId{3};
  CHECK(world.live->overview(kMain, second, kNow).error().code == ProblemCode::not_found);
}

TEST_CASE("an overview counts activities by when they are due, and records by when they were made", "[projections]") {
  World world;
  open_main(world);
  open_pipeline(world, 1);
  world.commit({created_organization(1, "Engines"), created_person(1, std::string("Ada")),
                created_person(2, std::string("Bob"))});
  const auto made = world.now;
  world.now += std::chrono::days(3);
  world.commit({created_person(3, std::string("Cy")), PersonDeleted{person_id(2)}});
  activity(world, 1, {"", "", ""});
  activity(world, 2, {"2026-06-15T12:00:00Z", "", ""});
  activity(world, 3, {"2026-06-15T11:59:59Z", "", ""});
  activity(world, 4, {"2026-06-14T09:00:00Z", "2026-06-15T23:59:59Z", ""});
  activity(world, 5, {"2026-06-14T09:00:00Z", "", ""});
  activity(world, 6, {"2026-06-16T00:00:00Z", "", ""});
  activity(world, 7, {"2026-06-14T09:00:00Z", "", "2026-06-10T10:00:00Z"});
  activity(world, 8, {"", "", "2026-06-11T00:00:00Z"});
  const Day first{std::chrono::floor<std::chrono::days>(made)};
  const auto json = *world.live->overview(kMain, everything(first, first), kNow);
  CHECK(at(json, "persons") == R"({"count":2})");
  CHECK(at(json, "organizations") == R"({"count":1})");
  CHECK(at(json, "activities") == R"({"open_count":6,"due_today":3,"overdue":2})");
  CHECK(at(json, "period_persons_created") == "1");
  const auto tenth = *world.live->overview(kMain, everything(day("2026-06-10"), day("2026-06-10")), kNow);
  CHECK(at(tenth, "period_activities_done") == "1");
  CHECK(at(tenth, "period_persons_created") == "0");
  const auto both = *world.live->overview(kMain, everything(day("2026-06-10"), day("2026-06-11")), kNow);
  CHECK(at(both, "period_activities_done") == "2");
}

TEST_CASE("what an overview is not asked for is left out", "[projections]") {
  World world;
  open_main(world);
  open_pipeline(world, 1);
  const auto nothing = *world.live->overview(kMain, {PipelineId{77}, std::nullopt, day("2026-06-15")}, kNow);
  CHECK(nothing == R"({"period_start_date":null,"period_end_date":"2026-06-15"})");
}

TEST_CASE("without any pipeline there are no deals to add up", "[projections]") {
  World world;
  open_main(world);
  const auto json = *world.live->overview(kMain, everything(std::nullopt, day("2026-06-15")), kNow);
  CHECK(at(json, "deals.pipeline") == "null");
  CHECK(at(json, "deals.by_stage") == "[]");
  CHECK(at(json, "deals.open_count") == "0");
}

}  // namespace annals::overview_test
