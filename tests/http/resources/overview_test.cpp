#include "rig.hpp"

namespace annals::test::overview_test {
namespace {

/// The period that an overview is about.
std::string period(Rig& rig, const std::string& query) {
  const auto reply = rig.get("/overview/" + query);
  INFO(query << ": " << reply.body());
  CHECK(reply.status() == 200);
  return reply.at("period_start_date") + " " + reply.at("period_end_date");
}

std::string days_ago(int days) {
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  return '"' + format_day(Day{today - std::chrono::days(days)}) + '"';
}

}  // namespace

TEST_CASE("an overview is about a period of days that ends with today, or of two dates", "[http]") {
  Rig rig;
  rig.post("/pipelines/", R"({"name":"Sales","code":"sales"})");
  const auto today = days_ago(0);
  CHECK(period(rig, "?date_filter=today") == today + " " + today);
  CHECK(period(rig, "?date_filter=7d") == days_ago(6) + " " + today);
  CHECK(period(rig, "?date_filter=30d") == days_ago(29) + " " + today);
  CHECK(period(rig, "?date_filter=90d") == days_ago(89) + " " + today);
  CHECK(period(rig, "?date_filter=all_time&start_date=2026-01-01") == "null " + today);
  CHECK(period(rig, "") == period(rig, "?date_filter=30d"));
  const std::string dates = "start_date=2026-02-28&end_date=2026-02-28";
  CHECK(period(rig, "?date_filter=custom&" + dates) == R"("2026-02-28" "2026-02-28")");
  CHECK(period(rig, "?" + dates) == R"("2026-02-28" "2026-02-28")");
}

TEST_CASE("a period that is none is refused field by field", "[http]") {
  Rig rig;
  const auto refused = [&](const std::string& query) {
    const auto reply = rig.get("/overview/?" + query);
    CHECK(reply.status() == 400);
    return reply.body();
  };
  CHECK(refused("date_filter=custom") ==
        R"({"start_date":["This field is required."],"end_date":["This field is required."]})");
  CHECK(refused("start_date=2026-01-01") == R"({"end_date":["This field is required."]})");
  CHECK(refused("start_date=2026-01-02&end_date=2026-01-01") ==
        R"({"end_date":["The period ends before it starts."]})");
  CHECK(refused("date_filter=8d&start_date=soon&end_date=2026-02-29&pipeline=x") ==
        R"({"date_filter":["Select a valid choice. 8d is not one of the available choices."],)"
        R"("start_date":["Enter a valid date."],"end_date":["Enter a valid date."],"pipeline":["Enter a number."]})");
}

TEST_CASE("an overview shows what the caller may list, of a pipeline that there is", "[http]") {
  Rig rig;
  const auto pipeline = rig.post("/pipelines/", R"({"name":"Sales","code":"sales"})").at("id");
  rig.person(R"({"name":"Ada"})");
  const auto all = rig.get("/overview/?pipeline=" + pipeline);
  CHECK(all.at("persons.count") == "1");
  CHECK(all.at("period_persons_created") == "1");
  CHECK(all.at("organizations.count") == "0");
  CHECK(all.at("deals.pipeline") == rig.get("/pipelines/" + pipeline + "/").body());
  CHECK(all.at("activities.open_count") == "0");
  CHECK(rig.get("/overview/?pipeline=4711").status() == 404);
  const auto inviter = rig.get("/overview/?pipeline=4711", rig.member_key("inga", {"CRM Inviter"}));
  CHECK(inviter.status() == 200);
  CHECK(inviter.at("persons.count") == "1");
  for (const auto* part : {"organizations", "deals", "activities", "period_deals_won_value"}) {
    CHECK_FALSE(inviter.body().contains(part));
  }
  CHECK(rig.get("/overview/", rig.member_key("nora", {})).status() == 403);
}

}  // namespace annals::test::overview_test
