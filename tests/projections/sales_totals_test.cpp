#include <catch2/catch.hpp>

#include "projections/kinds/kind_queries.hpp"
#include "projections/kinds/pipelines.hpp"
#include "projections/overview.hpp"
#include "projections/sales_story.hpp"
#include "projections/table_check.hpp"
#include "support/fresh_seed.hpp"

/// What boards and overviews say, against sums over all records in the views.
namespace annals::sales_totals_test {
using namespace annals::test;

namespace {

using DealRecord = KindRecord<Deal>;
using Sums = std::map<std::string, long long>;  ///< hundredths by currency

std::string member_of(std::string_view json, std::string_view member) {
  for (const auto& [name, value] : json_members(json)) {
    if (name == member) return std::string(value);
  }
  return "no such member";
}

/// Made another way than format_amount makes it.
std::string quoted(long long hundredths) {
  const auto magnitude = hundredths < 0 ? -hundredths : hundredths;
  const auto cents = std::to_string(magnitude % 100);
  return std::string("\"") + (hundredths < 0 ? "-" : "") + std::to_string(magnitude / 100) + '.' +
         (cents.size() < 2 ? "0" : "") + cents + '"';
}

/// Deals that somebody picked out of all.
class Picked {
 public:
  Picked(const std::vector<DealRecord>& all, auto&& wanted) {
    for (const auto& deal : all) {
      if (wanted(deal)) deals_.push_back(&deal);
    }
  }
  std::string count() const { return std::to_string(deals_.size()); }
  std::string value(const std::string& currency) const {
    const auto all = sums();
    const auto found = all.find(currency);
    return quoted(found == all.end() ? 0 : found->second);
  }
  std::string others(const std::string& but) const {
    std::string json;
    for (const auto& [currency, sum] : sums()) {
      if (currency != but) json += (json.empty() ? "\"" : ",\"") + currency + "\":" + quoted(sum);
    }
    return "{" + json + "}";
  }
  std::string commonest() const {
    std::map<std::string, int> counts;
    for (const auto* deal : deals_) ++counts[std::string(deal->plain.currency.code())];
    std::string found = "USD";
    int most = 0;
    for (const auto& [currency, count] : counts) {
      if (count > most) found = currency, most = count;
    }
    return found;
  }
  std::vector<std::string> newest(std::size_t limit) const {
    std::vector<std::string> ids;
    for (auto at = deals_.rbegin(); at != deals_.rend() && ids.size() < limit; ++at) {
      ids.push_back(std::to_string((*at)->id.value));
    }
    return ids;
  }

 private:
  Sums sums() const {
    Sums sums;
    for (const auto* deal : deals_) sums[std::string(deal->plain.currency.code())] += deal->plain.lead_value.hundredths;
    return sums;
  }
  std::vector<const DealRecord*> deals_;
};

Day day_of(Timestamp at) {
  return Day{std::chrono::floor<std::chrono::days>(at)};
}
std::string month_of(Timestamp at) {
  return format_day(day_of(at)).substr(0, 7);
}

class Recount {
 public:
  Recount(World& world, PipelineId pipeline)
      : world_(world),
        pipeline_(pipeline),
        deals_(all_records<Deal>(world.store.latest(), kMain)),
        activities_(all_records<Activity>(world.store.latest(), kMain)),
        currency_(of_pipeline([](const DealRecord&) { return true; }).commonest()) {}

  void check_board(std::uint64_t limit) const {
    auto reading = *world_.live->reading(kMain);
    reading.now = world_.now;
    DealFilter filter;
    filter.pipeline = pipeline_;
    const auto board = deal_board(reading, filter, limit);
    REQUIRE(board);
    CHECK(member_of(*board, "currency") == '"' + currency_ + '"');
    CHECK(member_of(*board, "other_totals") == of_pipeline([](const DealRecord&) { return true; }).others(currency_));
    const auto columns = member_of(*board, "stages");
    const auto stages = stages_of(world_.store.latest(), kMain, pipeline_);
    REQUIRE(json_elements(columns).size() == stages.size());
    for (std::size_t at = 0; at < stages.size(); ++at) {
      const std::string column(json_elements(columns).at(at));
      const auto expected = in_stage(stages[at].id);
      check_totals(column, expected);
      const auto newest = expected.newest(limit);
      CHECK(member_of(column, "has_more") == (std::to_string(newest.size()) == expected.count() ? "false" : "true"));
      std::vector<std::string> shown;
      const auto listed = member_of(column, "deals");
      for (const auto deal : json_elements(listed)) shown.emplace_back(json_members(deal).front().second);
      CHECK(shown == newest);
    }
  }

  /// What a filter leaves of a board is what it leaves of the list.
  void check_filtered(const DealFilter& asked) const {
    auto reading = *world_.live->reading(kMain);
    reading.now = world_.now;
    auto filter = asked;
    filter.pipeline = pipeline_;
    const auto columns = member_of(deal_board(reading, filter, 100).value(), "stages");
    const auto stages = stages_of(world_.store.latest(), kMain, pipeline_);
    for (std::size_t at = 0; at < stages.size(); ++at) {
      const auto column = json_elements(columns)[at];
      auto in_stage = filter;
      in_stage.stage = stages[at].id;
      const auto listed = list_deals(reading, in_stage, {1, 100, std::nullopt});
      REQUIRE(listed);
      CHECK(member_of(column, "count") == std::to_string(listed->count));
      CHECK(member_of(column, "deals") == listed->results);
    }
  }

  void check_overview(std::optional<Day> start, Day end) const {
    OverviewRequest request{pipeline_, start, end, true, true, true, true};
    const auto overview = *world_.live->overview(kMain, request, world_.now);
    const auto deals = member_of(overview, "deals");
    const auto open = of_pipeline([](const DealRecord& it) { return it.plain.status == DealStatus::open; });
    CHECK(member_of(deals, "currency") == '"' + currency_ + '"');
    CHECK(member_of(deals, "open_count") == open.count());
    CHECK(member_of(deals, "pipeline_value") == open.value(currency_));
    CHECK(member_of(deals, "other_totals") == open.others(currency_));
    const auto by_stage = member_of(deals, "by_stage");
    const auto stages = stages_of(world_.store.latest(), kMain, pipeline_);
    for (std::size_t at = 0; at < stages.size(); ++at) {
      check_totals(json_elements(by_stage).at(at), in_stage(stages[at].id));
    }
    const auto months = member_of(deals, "won_lost_by_month");
    for (const auto month : json_elements(months)) check_month(month);
    const auto in_period = [&](Timestamp at) { return (!start || *start <= day_of(at)) && day_of(at) <= end; };
    const auto closed = [&](DealStatus status) {
      return of_pipeline([&](const DealRecord& it) {
        return it.plain.status == status && it.plain.closed_at && in_period(*it.plain.closed_at);
      });
    };
    CHECK(member_of(overview, "period_deals_created") ==
          of_pipeline([&](const DealRecord& it) { return in_period(it.created_at); }).count());
    CHECK(member_of(overview, "period_deals_won") == closed(DealStatus::won).count());
    CHECK(member_of(overview, "period_deals_won_value") == closed(DealStatus::won).value(currency_));
    CHECK(member_of(overview, "period_deals_lost") == closed(DealStatus::lost).count());
    CHECK(member_of(overview, "period_deals_lost_value") == closed(DealStatus::lost).value(currency_));
    check_activities(overview, in_period);
    CHECK(*world_.reloaded()->overview(kMain, request, world_.now) == overview);
  }

 private:
  Picked of_pipeline(auto&& wanted) const {
    return Picked(deals_, [&](const DealRecord& it) { return it.plain.pipeline == pipeline_ && wanted(it); });
  }
  Picked in_stage(StageId stage) const {
    return of_pipeline([&](const DealRecord& it) { return it.plain.stage == stage; });
  }
  void check_totals(std::string_view shown, const Picked& expected) const {
    CHECK(member_of(shown, "count") == expected.count());
    CHECK(member_of(shown, "total_value") == expected.value(currency_));
    CHECK(member_of(shown, "other_totals") == expected.others(currency_));
  }
  void check_month(std::string_view shown) const {
    const auto month = member_of(shown, "month");
    for (const auto& [status, name] : {std::pair(DealStatus::won, "won"), std::pair(DealStatus::lost, "lost")}) {
      const auto expected = of_pipeline([&, wanted = status](const DealRecord& it) {
        return it.plain.status == wanted && '"' + month_of(*it.plain.closed_at) + '"' == month;
      });
      CHECK(member_of(shown, std::string(name) + "_count") == expected.count());
      CHECK(member_of(shown, std::string(name) + "_value") == expected.value(currency_));
    }
  }
  void check_activities(const std::string& overview, auto&& in_period) const {
    std::uint64_t open = 0;
    std::uint64_t today = 0;
    std::uint64_t overdue = 0;
    std::uint64_t done = 0;
    for (const auto& activity : activities_) {
      const auto& plain = activity.plain;
      const auto due = plain.schedule_to ? plain.schedule_to : plain.schedule_from;
      if (plain.is_done) {
        done += plain.done_at && in_period(*plain.done_at) ? 1 : 0;
        continue;
      }
      ++open;
      overdue += due && *due < world_.now ? 1 : 0;
      today += due && day_of(*due) == day_of(world_.now) ? 1 : 0;
    }
    const auto shown = member_of(overview, "activities");
    CHECK(member_of(shown, "open_count") == std::to_string(open));
    CHECK(member_of(shown, "due_today") == std::to_string(today));
    CHECK(member_of(shown, "overdue") == std::to_string(overdue));
    CHECK(member_of(overview, "period_activities_done") == std::to_string(done));
  }

  World& world_;
  const PipelineId pipeline_;
  const std::vector<DealRecord> deals_;
  const std::vector<KindRecord<Activity>> activities_;
  const std::string currency_;
};

}  // namespace

TEST_CASE("boards and overviews are the sums over all deals and activities, whatever happened", "[projections]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  World world;
  SalesStory story(world, seed);
  story.begin();
  for (int round = 0; round < 8; ++round) {
    story.steps(80);
    for (std::uint64_t pipeline = 1; pipeline <= kPipelines; ++pipeline) {
      INFO("pipeline " << pipeline);
      const Recount recount(world, PipelineId{pipeline});
      recount.check_board(story.pick(12));
      recount.check_filtered(filtered<DealFilter>([](DealFilter& it) { it.search = "loom"; }));
      recount.check_filtered(filtered<DealFilter>([](DealFilter& it) { it.status = DealStatus::open; }));
      recount.check_filtered(
          filtered<DealFilter>([&](DealFilter& it) { it.owner = UserId{1 + story.pick(kSellers)}; }));
      const Day end{day_of(world.now).date - std::chrono::days(story.pick(20))};
      recount.check_overview(std::nullopt, end);
      recount.check_overview(Day{end.date - std::chrono::days(story.pick(60))}, end);
    }
  }
  CHECK(compare_tables(world.log, world.store, world.sealer, world.digester).empty());
}

}  // namespace annals::sales_totals_test
