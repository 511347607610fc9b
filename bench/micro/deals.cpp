#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "bench/micro/measuring.hpp"
#include "projections/kinds/kind_moment.hpp"
#include "projections/kinds/kind_queries.hpp"
#include "projections/kinds/pipelines.hpp"
#include "projections/overview.hpp"
#include "projections/projections.hpp"
#include "projections/text_moves.hpp"
#include "support/memory_byte_store.hpp"
#include "support/plain_sealer.hpp"

/// What lists of deals, the board and the overview cost inside the server, without HTTP and without reading the deals
/// that they show: tables of N deals and N activities are built by the events that create them, and asked. Beside each
/// list stands a walk over rows as the views have them, which is the least that a list without sets costs.
/// usage: bench_deals [N...]
namespace annals::bench {
namespace {

constexpr PlatformId kPlatform{1};
constexpr std::uint64_t kOwners = 20;
constexpr std::uint64_t kStages = 6;
constexpr std::uint64_t kDays = 400;
constexpr std::uint64_t kCustomer = 7;

/// Makes up what a sales team of twenty has: every third deal in euros, three deals a person.
class Sales {
 public:
  explicit Sales(std::uint64_t deals) : persons_(std::max<std::uint64_t>(1, deals / 3)) {}

  DealCreated next_deal(Timestamp now) {
    DealCreated event;
    event.id = DealId{++deals_};
    auto& plain = event.plain;
    plain.person = person_id(pick(persons_));
    plain.pipeline = PipelineId{1};
    plain.stage = StageId{1 + pick(kStages)};
    plain.status = plain.stage.value == 5   ? DealStatus::won
                   : plain.stage.value == 6 ? DealStatus::lost
                                            : DealStatus::open;
    if (plain.status != DealStatus::open) plain.closed_at = now - std::chrono::hours(pick(24 * kDays));
    plain.stage_since = now;
    plain.lead_value = Amount{static_cast<std::int64_t>(pick(10'000'000))};
    if (pick(3) == 0) plain.currency = *currency_of("EUR");
    if (pick(4) != 0) {
      plain.expected_close_date = Day{std::chrono::floor<std::chrono::days>(now) + std::chrono::days(pick(kDays))};
    }
    plain.source = LeadSourceId{1 + pick(4)};
    plain.owner = UserId{1 + pick(kOwners)};
    const auto title = fmt::format("{} looms for {}", pick(900), pick(30'000));
    event.texts = {SlotId{}, DealCreated::Texts{title, pick(10) == 0 ? "as discussed" : "", "", {"{}"}}};
    return event;
  }
  ActivityCreated next_activity(Timestamp now) {
    ActivityCreated event;
    event.id = ActivityId{++activities_};
    auto& plain = event.plain;
    plain.kind = static_cast<ActivityType>(pick(7));
    plain.deal = DealId{1 + pick(deals_)};
    plain.person = person_id(pick(persons_));
    plain.owner = UserId{1 + pick(kOwners)};
    plain.schedule_from = now + std::chrono::hours(pick(24 * kDays)) - std::chrono::hours(12 * kDays);
    plain.is_done = pick(3) != 0;
    if (plain.is_done) plain.done_at = plain.schedule_from;
    event.texts = {SlotId{}, ActivityCreated::Texts{"Call", "", "", {"{}"}}};
    return event;
  }
  static PersonId person_id(std::uint64_t number) {
    Uuid uuid;
    for (std::size_t at = 0; at < 8; ++at) {
      uuid.bytes[at] = static_cast<std::uint8_t>(number * 0xD6E8FEB86659FD93ULL >> (8 * at));
      uuid.bytes[8 + at] = static_cast<std::uint8_t>(number >> (8 * at));
    }
    return PersonId(uuid);
  }

 private:
  std::uint64_t pick(std::uint64_t below) { return random_() % below; }

  std::mt19937_64 random_{11};
  std::uint64_t persons_;
  std::uint64_t deals_ = 0;
  std::uint64_t activities_ = 0;
};

class Bench {
 public:
  explicit Bench(std::uint64_t deals)
      : deals_(deals),
        before_(resident_bytes()),
        tables_(std::make_shared<PlatformTables>(std::make_shared<RecordBudget>(64ull << 30))) {
    fill();
  }

  void run() {
    const auto stage_and_owner = filter([](DealFilter& f) {
      f.stage = StageId{3};
      f.owner = UserId{7};
    });
    const auto pages = list(stage_and_owner, 1).count / 25;
    page("page 1: stage and owner", stage_and_owner, 1);
    page("page in the middle: stage and owner", stage_and_owner, std::max<std::uint64_t>(1, pages / 2));
    page("last page: stage and owner", stage_and_owner, std::max<std::uint64_t>(1, pages));
    walk("a walk over all rows for it",
         [](const RecordRow<Deal>& row) { return row.plain.stage == StageId{3} && row.plain.owner == UserId{7}; });
    page("page 1: all", {}, 1);
    page("page 1: the deals of a person", filter([](DealFilter& f) { f.person = Sales::person_id(kCustomer); }), 1);
    for (const auto& [name, order] :
         {std::pair("by value", DealOrder::lead_value), std::pair("by change", DealOrder::updated_at),
          std::pair("by title", DealOrder::title)}) {
      const auto all = filter([by = order](DealFilter& f) { f.order = by; });
      page(std::string("page 1 ") + name + ": all", all, 1);
      auto some = stage_and_owner;
      some.order = order;
      page(std::string("page 1 ") + name + ": stage and owner", some, 1);
      wait_for(std::string("page 1 ") + name + ": all", all);
    }
    page("page 1: to be closed in a week", filter([this](DealFilter& f) {
           f.expected_close_date_gte = Day{std::chrono::floor<std::chrono::days>(now_)};
           f.expected_close_date_lte = Day{f.expected_close_date_gte->date + std::chrono::days(6)};
         }),
         1);
    page("search of titles: 777 looms", filter([](DealFilter& f) { f.search = "777 looms"; }), 1);
    const auto of_first = filter([](DealFilter& f) { f.pipeline = PipelineId{1}; });
    figure("board", [&] { counted_ += deal_board(reading(), of_first, 50)->size(); });
    figure("overview", [&] { counted_ += overview_of(context_of(reading()), overview(), now_)->size(); });
    figure("takes_long", [&] { counted_ += takes_long(reading(), stage_and_owner) ? 1 : 0; });
  }

  void print() const {
    fmt::print("{} deals and as many activities\n", deals_);
    for (const auto& one : figures_) fmt::print("  {:54} {:>14.0f} ns\n", one.name, one.ns);
    fmt::print("  {:54} {:>14.1f} bytes a deal with an activity\n", "resident, all",
               static_cast<double>(resident_) / static_cast<double>(deals_));
  }

 private:
  static DealFilter filter(auto&& set) {
    DealFilter filter;
    set(filter);
    return filter;
  }
  OverviewRequest overview() const {
    const Day today{std::chrono::floor<std::chrono::days>(now_)};
    return {PipelineId{1}, Day{today.date - std::chrono::days(29)}, today, false, false, true, true};
  }

  void fill() {
    Sales sales(deals_);
    PersonCreated customer;
    customer.person = Sales::person_id(kCustomer);
    customer.details = {SlotId{}, PersonDetails{}};
    commit(customer);
    publish("a deal", [&] { return sales.next_deal(now_); });
    publish("an activity", [&] { return sales.next_activity(now_); });
    resident_ = resident_bytes() - before_;
    Commit last;
    last.header.frame.platform = kPlatform;
    last.header.frame.first = tables_->applied;
    last.events.emplace_back();
    const auto overlay = store_.overlay();
    mark_applied(last, *overlay);
    put(*overlay, view::pipelines, row_of<Pipeline>(PipelineId{1}, {true, 30}));
    for (std::uint64_t stage = 1; stage <= kStages; ++stage) {
      put(*overlay, view::stages, row_of<Stage>(StageId{stage}, {PipelineId{1}, 20, stage, false, false}));
      overlay->put(kPlatform, view::stage_references, key_of(Reference(PipelineId{1})) + key_of(StageId{stage}), {});
    }
    store_.write(*overlay);
    const auto& deals = tables_->deals;
    for (Row row = 0; row < deals.size(); ++row) {
      rows_.push_back(row_of<Deal>(DealTable::id_at(row), deals.plain[row]));
    }
  }
  template <class Kind>
  static RecordRow<Kind> row_of(typename Kind::Id id, const typename RecordCreated<Kind>::Plain& plain) {
    RecordRow<Kind> row;
    row.id = id;
    row.plain = plain;
    return row;
  }
  static void put(ViewChanges& changes, ViewId view, const auto& row) {
    changes.put(kPlatform, view, key_of(row.id), pack(row));
  }
  /// Publishes as many events as there are deals, and settles them now and then as a server does beside.
  void publish(const std::string& what, auto&& make) {
    constexpr std::uint64_t kSettledAtOnce = 1024;
    Clock::duration publishing{};
    for (std::uint64_t number = 0; number < deals_; ++number) {
      Event event = make();
      const auto begun = Clock::now();
      commit(std::move(event));
      publishing += Clock::now() - begun;
      while (number % kSettledAtOnce == 0 && settle_texts(*tables_, [] {})) {
      }
    }
    while (settle_texts(*tables_, [] {})) {
    }
    figures_.push_back({"publish " + what,
                        std::chrono::duration<double, std::nano>(publishing).count() / static_cast<double>(deals_)});
  }
  void commit(Event event) {
    Commit commit;
    commit.header.frame.platform = kPlatform;
    commit.header.frame.first = Position{tables_->applied.value + 1};
    commit.events.emplace_back();
    commit.events.back().event = std::move(event);
    commit.events.back().recorded_at = now_ += std::chrono::milliseconds(7);
    commit.events.back().version = StreamVersion{1};
    move_tables(*tables_, commit, digester_);
  }

  RecordReading reading() const {
    return {kPlatform, store_.snapshot(), now_, {&store_, &digester_, [this] { return tables_; }}};
  }
  Page list(const DealFilter& filter, std::uint64_t page) const {
    return list_deals(reading(), filter, {page, 25, std::nullopt}).value_or(Page{});
  }
  void figure(const std::string& name, const std::function<void()>& call) { figures_.push_back({name, time_of(call)}); }
  void page(const std::string& name, const DealFilter& filter, std::uint64_t number) {
    figure(name, [&] { counted_ += list(filter, number).count; });
  }
  void walk(const std::string& name, auto&& wanted) {
    figure(name, [&] {
      std::vector<DealId> found;
      for (const auto& row : rows_) {
        if (wanted(row)) found.push_back(row.id);
      }
      counted_ += found.size();
    });
  }
  void wait_for(const std::string& name, const DealFilter& filter) {
    const auto waited = waits_beside(tables_->lock, [&] { counted_ += list(filter, 1).count; });
    figures_.push_back({"wait of a writer, p99: " + name, waited[waited.size() * 99 / 100]});
    figures_.push_back({"wait of a writer, longest: " + name, waited.back()});
  }

  const std::uint64_t deals_;
  const std::uint64_t before_;
  std::uint64_t resident_ = 0;
  std::shared_ptr<PlatformTables> tables_;
  test::MemoryByteStore store_;
  test::FixedDigester digester_;
  Timestamp now_ = from_micros(1'780'000'000'000'000);
  std::vector<RecordRow<Deal>> rows_;
  std::vector<Figure> figures_;
  std::uint64_t counted_ = 0;  ///< so that nothing is left out as unused
};

}  // namespace
}  // namespace annals::bench

int main(int argc, char** argv) {
  std::vector<std::uint64_t> sizes;
  for (int at = 1; at < argc; ++at) sizes.push_back(std::strtoull(argv[at], nullptr, 10));
  if (sizes.empty()) sizes = {100'000, 1'000'000};
  for (const auto size : sizes) {
    annals::bench::Bench bench(size);
    bench.run();
    bench.print();
    std::fflush(stdout);
    ::malloc_trim(0);
  }
}
