#include <catch2/catch.hpp>
#include <functional>
#include <iterator>
#include <sstream>

#include "projections/case_folding.hpp"
#include "projections/kinds/kind_queries.hpp"
#include "projections/kinds/lead_sources.hpp"
#include "projections/sales_story.hpp"
#include "projections/table_check.hpp"
#include "projections/tag_assignments.hpp"
#include "support/fresh_seed.hpp"

/// What lists of deals and activities say, against a walk over all records in the views.
namespace annals::kind_lists_test {
using namespace annals::test;

namespace {

using DealRecord = KindRecord<Deal>;
using ActivityRecord = KindRecord<Activity>;
template <class Filter>
using Narrow = std::function<void(Filter&)>;
/// What puts one record before another: less than 0, and 0 when they are equal.
template <class Record>
using Compare = std::function<std::int64_t(const Record&, const Record&)>;
template <class Filter, class Record>
struct Ordering {
  Narrow<Filter> ask;
  Compare<Record> before;
};

template <class T>
bool is(const std::optional<T>& wanted, const std::optional<T>& there) {
  return !wanted || wanted == there;
}
template <class T>
bool in(const std::optional<T>& first, const std::optional<T>& last, const std::optional<T>& value) {
  return (!first || (value && *first <= *value)) && (!last || (value && *value <= *last));
}
bool has_key(const World& world, const std::optional<std::string>& key, const std::vector<Digest128>& keys) {
  if (!key) return true;
  return std::ranges::find(keys, world.digester.short_digest(kMain, DigestPurpose::metadata_key, *key)) != keys.end();
}
bool contains(const std::string& text, const std::string& part) {
  return fold_case(text).find(fold_case(part)) != std::string::npos;
}

/// Each word of `search` in one of the texts.
bool has_words(const std::string& search, std::initializer_list<std::string> texts) {
  std::istringstream words(search);
  return std::all_of(std::istream_iterator<std::string>(words), {}, [&](const std::string& word) {
    return std::ranges::any_of(texts, [&](const std::string& text) { return contains(text, word); });
  });
}
bool is_owned(const std::optional<bool>& isnull, const std::optional<UserId>& owner) {
  return !isnull || *isnull != owner.has_value();
}

bool shows(const World& world, const DealFilter& filter, const DealRecord& deal) {
  const auto& views = world.store.latest();
  const auto source = filter.source ? read_row<LeadSource>(views, kMain, *filter.source) : std::nullopt;
  if (filter.source && (!source || source->deleted)) return false;
  if (filter.organization && !organization_exists(views, kMain, *filter.organization)) return false;
  if (filter.person && !person_exists(views, kMain, *filter.person)) return false;
  const auto& plain = deal.plain;
  return is(filter.status, std::optional(plain.status)) && is(filter.pipeline, std::optional(plain.pipeline)) &&
         is(filter.stage, std::optional(plain.stage)) && is(filter.owner, plain.owner) &&
         is(filter.source, plain.source) && is(filter.person, std::optional(plain.person)) &&
         is(filter.organization, plain.organization) &&
         in(filter.expected_close_date_gte, filter.expected_close_date_lte, plain.expected_close_date) &&
         in(filter.created_at_gte, filter.created_at_lte, std::optional(deal.created_at)) &&
         has_key(world, filter.metadata_has_key, deal.metadata_keys) &&
         (filter.tags.empty() || has_any(views, kMain, deal.id, filter.tags)) &&
         is_owned(filter.owner_isnull, plain.owner) &&
         has_words(filter.search, {deal.texts.title, deal.texts.description});
}
bool shows(const World& world, const ActivityFilter& filter, const ActivityRecord& activity) {
  const auto& plain = activity.plain;
  return is(filter.type, std::optional(plain.kind)) && is(filter.is_done, std::optional(plain.is_done)) &&
         is(filter.owner, plain.owner) && is(filter.deal, plain.deal) && is(filter.person, plain.person) &&
         is(filter.organization, plain.organization) &&
         in(filter.schedule_from_gte, filter.schedule_from_lte, plain.schedule_from) &&
         has_key(world, filter.metadata_has_key, activity.metadata_keys) &&
         is_owned(filter.owner_isnull, plain.owner) &&
         has_words(filter.search, {activity.texts.title, activity.texts.comment});
}

std::vector<Narrow<DealFilter>> deal_filters(SalesStory& story, Timestamp begin) {
  const Day day{parse_day("2026-06-01")->date + std::chrono::days(story.pick(40))};
  const auto some = begin + std::chrono::seconds(story.pick(600));
  std::vector<Narrow<DealFilter>> all;
  for (const auto status : {DealStatus::open, DealStatus::won, DealStatus::lost}) {
    all.emplace_back([=](DealFilter& it) { it.status = status; });
  }
  const PipelineId pipeline{1 + story.pick(kPipelines + 1)};
  const StageId stage{1 + story.pick(kPipelines * kStagesEach)};
  const UserId owner{1 + story.pick(kSellers)};
  const LeadSourceId source{1 + story.pick(kSources)};
  const auto person = person_id(1 + story.pick(kCustomers + 1));
  const auto organization = organization_id(1 + story.pick(kCompanies + 1));
  all.emplace_back([=](DealFilter& it) { it.pipeline = pipeline; });
  all.emplace_back([=](DealFilter& it) { it.stage = stage; });
  all.emplace_back([=](DealFilter& it) { it.owner = owner; });
  all.emplace_back([=](DealFilter& it) { it.source = source; });
  all.emplace_back([=](DealFilter& it) { it.person = person; });
  all.emplace_back([=](DealFilter& it) { it.organization = organization; });
  all.emplace_back([=](DealFilter& it) { it.expected_close_date_gte = day; });
  all.emplace_back([=](DealFilter& it) { it.expected_close_date_lte = day; });
  all.emplace_back([=](DealFilter& it) { it.created_at_gte = some; });
  all.emplace_back([=](DealFilter& it) { it.created_at_lte = some; });
  all.emplace_back([](DealFilter& it) { it.metadata_has_key = "tier"; });
  all.emplace_back([](DealFilter& it) { it.tags = {TagId{1}}; });
  all.emplace_back([](DealFilter& it) { it.tags = {TagId{2}, TagId{3}}; });
  for (const auto* text : {"loom", "STRASSE", "a", "o ", "2", "loom  2", "a o"}) {
    all.emplace_back([=](DealFilter& it) { it.search = text; });
  }
  for (const bool isnull : {false, true}) all.emplace_back([=](DealFilter& it) { it.owner_isnull = isnull; });
  return all;
}
std::vector<Narrow<ActivityFilter>> activity_filters(SalesStory& story, Timestamp now) {
  const auto some = now - std::chrono::minutes(story.pick(6000));
  std::vector<Narrow<ActivityFilter>> all;
  const auto type = static_cast<ActivityType>(story.pick(7));
  const bool done = story.pick(2) == 0;
  const UserId owner{1 + story.pick(kSellers)};
  const DealId deal{1 + story.pick(story.deals_made() + 1)};
  const auto person = person_id(1 + story.pick(kCustomers + 1));
  const auto organization = organization_id(1 + story.pick(kCompanies + 1));
  all.emplace_back([=](ActivityFilter& it) { it.type = type; });
  all.emplace_back([=](ActivityFilter& it) { it.is_done = done; });
  all.emplace_back([=](ActivityFilter& it) { it.owner = owner; });
  all.emplace_back([=](ActivityFilter& it) { it.deal = deal; });
  all.emplace_back([=](ActivityFilter& it) { it.person = person; });
  all.emplace_back([=](ActivityFilter& it) { it.organization = organization; });
  all.emplace_back([=](ActivityFilter& it) { it.schedule_from_gte = some; });
  all.emplace_back([=](ActivityFilter& it) { it.schedule_from_lte = some; });
  all.emplace_back([](ActivityFilter& it) { it.metadata_has_key = "region"; });
  for (const auto* text : {"a", "O", "1 a"}) all.emplace_back([=](ActivityFilter& it) { it.search = text; });
  for (const bool isnull : {false, true}) all.emplace_back([=](ActivityFilter& it) { it.owner_isnull = isnull; });
  return all;
}

/// What has none of it stands behind all that have some, whichever way.
template <class Filter, class Record, class Order>
void add_orders(std::vector<Ordering<Filter, Record>>& all, Order order, auto key) {
  for (const bool descending : {false, true}) {
    all.push_back({[=](Filter& it) {
                     it.order = order;
                     it.descending = descending;
                   },
                   [=](const Record& left, const Record& right) -> std::int64_t {
                     const auto first = key(left);
                     const auto second = key(right);
                     if (first == second) return 0;
                     if constexpr (requires { first.has_value(); }) {
                       if (!first || !second) return first ? -1 : 1;
                     }
                     return (first < second) == descending ? 1 : -1;
                   }});
  }
}
std::vector<Ordering<DealFilter, DealRecord>> deal_orders() {
  std::vector<Ordering<DealFilter, DealRecord>> all;
  add_orders(all, DealOrder::created_at, [](const DealRecord& it) { return it.created_at; });
  add_orders(all, DealOrder::updated_at, [](const DealRecord& it) { return it.updated_at; });
  add_orders(all, DealOrder::title, [](const DealRecord& it) { return it.texts.title; });
  add_orders(all, DealOrder::lead_value, [](const DealRecord& it) { return it.plain.lead_value; });
  add_orders(all, DealOrder::status, [](const DealRecord& it) { return name_of(it.plain.status); });
  add_orders(all, DealOrder::expected_close_date, [](const DealRecord& it) { return it.plain.expected_close_date; });
  return all;
}
std::vector<Ordering<ActivityFilter, ActivityRecord>> activity_orders() {
  std::vector<Ordering<ActivityFilter, ActivityRecord>> all;
  add_orders(all, ActivityOrder::created_at, [](const ActivityRecord& it) { return it.created_at; });
  add_orders(all, ActivityOrder::updated_at, [](const ActivityRecord& it) { return it.updated_at; });
  add_orders(all, ActivityOrder::type, [](const ActivityRecord& it) { return name_of(it.plain.kind); });
  add_orders(all, ActivityOrder::is_done, [](const ActivityRecord& it) { return it.plain.is_done; });
  add_orders(all, ActivityOrder::schedule_from, [](const ActivityRecord& it) { return it.plain.schedule_from; });
  add_orders(all, ActivityOrder::reminder_at, [](const ActivityRecord& it) { return it.plain.reminder_at; });
  return all;
}

Result<Page> listed(const RecordReading& from, const DealFilter& filter, const PageRequest& request) {
  return list_deals(from, filter, request);
}
Result<Page> listed(const RecordReading& from, const ActivityFilter& filter, const PageRequest& request) {
  return list_activities(from, filter, request);
}

std::vector<std::string> ids_in(const Page& page) {
  std::vector<std::string> ids;
  for (const auto& record : records_of(page)) ids.emplace_back(json_members(record).front().second);
  return ids;
}

/// Asks one kind's lists, and compares with all of its records.
template <class Kind, class Filter>
class Walk {
 public:
  using Record = KindRecord<Kind>;
  using Order = Ordering<Filter, Record>;
  Walk(const World& world, SalesStory& story, std::vector<Order> orders)
      : world_(world),
        story_(story),
        orders_(std::move(orders)),
        records_(all_records<Kind>(world.store.latest(), kMain)),
        made_(next_record_id<Kind>(world.store.latest(), kMain).value - 1) {}

  void compare_alone_and_in_pairs(const std::vector<Narrow<Filter>>& filters) {
    for (const auto& order : orders_) compare({}, order);
    for (const auto& filter : filters) {
      for (const auto& order : orders_) compare({filter}, order);
    }
    for (std::size_t one = 0; one < filters.size(); ++one) {
      for (std::size_t other = 0; other < one; ++other) {
        compare({filters[one], filters[other]}, orders_[story_.pick(orders_.size())]);
      }
    }
  }

 private:
  void compare(const std::vector<Narrow<Filter>>& narrow, const Order& order) {
    Filter filter;
    for (const auto& each : narrow) each(filter);
    order.ask(filter);
    PageRequest request{1, 1 + story_.pick(7), std::nullopt};
    if (story_.pick(3) == 0) request.before = Ordinal{static_cast<std::uint32_t>(story_.pick(made_ + 1))};
    const auto expected = walked(filter, order, request);
    const auto pages = std::max<std::uint64_t>(1, (expected.size() + request.page_size - 1) / request.page_size);
    compare_page(filter, request, expected);
    request.page = 1 + story_.pick(pages);
    compare_page(filter, request, expected);
    request.page = pages + 1;
    CHECK(listed(reading(), filter, request).error().code == ProblemCode::invalid_page);
  }
  std::vector<std::string> walked(const Filter& filter, const Order& order, const PageRequest& request) const {
    std::vector<const Record*> found;
    for (const auto& record : records_) {
      if (request.before && record.id.value > request.before->value) continue;
      if (shows(world_, filter, record)) found.push_back(&record);
    }
    std::ranges::reverse(found);  // of equals the newest is first
    std::ranges::stable_sort(found,
                             [&](const Record* left, const Record* right) { return order.before(*left, *right) < 0; });
    std::vector<std::string> ids;
    for (const auto* record : found) ids.push_back(std::to_string(record->id.value));
    return ids;
  }
  void compare_page(const Filter& filter, const PageRequest& request, const std::vector<std::string>& expected) {
    const auto page = listed(reading(), filter, request);
    REQUIRE(page);
    CHECK(page->count == expected.size());
    CHECK(page->before.value == (request.before ? request.before->value : made_));
    const auto from = std::min<std::size_t>((request.page - 1) * request.page_size, expected.size());
    const auto until = std::min<std::size_t>(from + request.page_size, expected.size());
    CHECK(ids_in(*page) == std::vector(expected.begin() + static_cast<std::ptrdiff_t>(from),
                                       expected.begin() + static_cast<std::ptrdiff_t>(until)));
  }
  RecordReading reading() const {
    auto reading = *world_.live->reading(kMain);
    reading.now = world_.now;
    return reading;
  }

  const World& world_;
  SalesStory& story_;
  const std::vector<Order> orders_;
  const std::vector<Record> records_;
  const std::uint64_t made_;
};

}  // namespace

TEST_CASE("lists of deals are what a walk over all deals gives, whatever happened", "[projections]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  World world;
  SalesStory story(world, seed);
  story.begin();
  for (int round = 0; round < 3; ++round) {
    story.steps(150);
    Walk<Deal, DealFilter>(world, story, deal_orders()).compare_alone_and_in_pairs(deal_filters(story, first_moment()));
    REQUIRE(compare_tables(world.log, world.store, world.sealer, world.digester).empty());
  }
  CHECK(world.rebuilt() == world.store.all());
}

TEST_CASE("lists of activities are what a walk over all activities gives, whatever happened", "[projections]") {
  const auto seed = fresh_seed();
  INFO("seed " << seed);
  World world;
  SalesStory story(world, seed);
  story.begin();
  for (int round = 0; round < 3; ++round) {
    story.steps(200);
    Walk<Activity, ActivityFilter>(world, story, activity_orders())
        .compare_alone_and_in_pairs(activity_filters(story, world.now));
  }
  CHECK(compare_tables(world.log, world.store, world.sealer, world.digester).empty());
}

}  // namespace annals::kind_lists_test
