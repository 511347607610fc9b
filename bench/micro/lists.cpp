#include "projections/lists.hpp"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "bench/micro/measuring.hpp"
#include "projections/matching.hpp"
#include "projections/projections.hpp"
#include "projections/record_json.hpp"
#include "projections/search.hpp"
#include "projections/text_moves.hpp"
#include "support/memory_byte_store.hpp"
#include "support/plain_sealer.hpp"

/// What lists and single records cost inside the server, without HTTP: tables of N persons are built by the events that
/// create them, and asked. usage: bench_lists [--json] [N...]
namespace annals::bench {
namespace {

constexpr PlatformId kPlatform{1};
constexpr std::uint64_t kOwners = 100;

/// Makes up persons of some 600 bytes of JSON each.
class Persons {
 public:
  Persons(std::uint64_t organizations, std::vector<Digest128> metadata_keys)
      : organizations_(organizations), metadata_keys_(std::move(metadata_keys)) {}

  static OrganizationId organization_id(std::uint64_t number) { return OrganizationId(uuid(number * 2)); }
  PersonCreated next() {
    PersonCreated event;
    const auto number = count_++;
    event.person = PersonId(uuid(number * 2 + 1));
    event.lifecycle_stage = static_cast<LifecycleStage>(pick(5));
    if (pick(5) != 0) event.owner = UserId{1 + pick(kOwners)};
    if (pick(10) != 0) event.organization = organization_id(pick(organizations_));
    event.metadata_keys = {metadata_keys_[pick(metadata_keys_.size())]};
    PersonDetails details;
    const auto first = word(pick(300));
    const auto last = word(1000 + pick(4000));
    details.name = first + " " + last;
    details.primary_email = fmt::format("{}.{}{}@example{}.org", first, last, number % 1000, pick(50));
    details.contact_numbers.text =
        fmt::format(R"([{{"type":"mobile","number":"+49 170 {:07}"}}])", number % 10'000'000);
    details.job_title = word(9000 + pick(60)) + " manager";
    details.unique_id = fmt::format("ext-{:08}", number);
    details.metadata.text = fmt::format(R"({{"source":"campaign-{}","score":{}}})", pick(40), pick(1000));
    event.details = {SlotId{number}, std::move(details)};
    return event;
  }
  static PersonId person_id(std::uint64_t number) { return PersonId(uuid(number * 2 + 1)); }

 private:
  static Uuid uuid(std::uint64_t number) {
    Uuid uuid;
    for (std::size_t at = 0; at < 8; ++at) {
      uuid.bytes[at] = static_cast<std::uint8_t>(number * 0xD6E8FEB86659FD93ULL >> (8 * at));
      uuid.bytes[8 + at] = static_cast<std::uint8_t>(number >> (8 * at));
    }
    return uuid;
  }
  static std::string word(std::uint64_t number) {
    static constexpr std::string_view kSyllables[] = {"ka", "lo",  "mi",  "ran", "ste", "vor", "bel",  "dun",
                                                      "el", "fri", "gar", "hol", "is",  "jo",  "quen", "tas"};
    std::string word;
    for (auto rest = number + 17; rest > 0; rest /= 16) word += kSyllables[rest % 16];
    word[0] = static_cast<char>(word[0] - 'a' + 'A');
    return word;
  }
  std::uint64_t pick(std::uint64_t below) { return random_() % below; }

  std::mt19937_64 random_{11};
  std::uint64_t organizations_;
  std::vector<Digest128> metadata_keys_;
  std::uint64_t count_ = 0;
};

class Bench {
 public:
  explicit Bench(std::uint64_t persons)
      : persons_(persons),
        before_(resident_bytes()),
        tables_(std::make_shared<PlatformTables>(std::make_shared<RecordBudget>(64ull << 30))) {
    fill();
  }

  void run() {
    const auto stage_and_owner = filter([](PersonFilter& f) {
      f.lifecycle_stage = LifecycleStage::qualified;
      f.owner = UserId{7};
    });
    const auto two = [&](auto&& set) { return filter(set); };
    count("count: stage and owner", stage_and_owner);
    count("count: stage and active", two([](PersonFilter& f) {
            f.lifecycle_stage = LifecycleStage::qualified;
            f.active = true;
          }));
    count("count: owner and organization", two([](PersonFilter& f) {
            f.owner = UserId{7};
            f.organization = Persons::organization_id(5);
          }));
    count("count: stage and a metadata key", two([](PersonFilter& f) {
            f.lifecycle_stage = LifecycleStage::qualified;
            f.metadata_has_key = "key 3";
          }));
    page("page 1: stage and owner", stage_and_owner, 1);
    const auto pages = list(stage_and_owner, 1).count / 25;
    page("page in the middle: stage and owner", stage_and_owner, std::max<std::uint64_t>(1, pages / 2));
    page("last page: stage and owner", stage_and_owner, std::max<std::uint64_t>(1, pages));
    page("page 1: all", {}, 1);
    page("last page: all", {}, persons_ / 25);
    page("page 1 by stage", filter([](PersonFilter& f) { f.order = PersonOrder::lifecycle_stage; }), 1);
    auto by_name = stage_and_owner;
    by_name.order = PersonOrder::name;
    page("page 1 by name: stage and owner", by_name, 1);
    per_record(by_name);
    for (const auto& [name, order] : {std::pair("page 1 by name: all", PersonOrder::name),
                                      std::pair("page 1 by change: all", PersonOrder::updated_at)}) {
      const auto all = filter([order = order](PersonFilter& f) { f.order = order; });
      page(name, all, 1);
      per_record(all);
      wait_for(name, all);
    }
    for (const std::string needle : {"stevor", "a", "ka", "0017", "ext-00000123"}) {
      const auto search = filter([&](PersonFilter& f) { f.search = needle; });
      page("search " + needle, search, 1);
      per_record(search);
      wait_for("search " + needle, search);
    }
    for (const std::string needle : {"stevor", "a", "ka", "manager", "17@example", "org"}) {
      figures_.push_back({"ranked search: " + needle, time_of([&] {
                            const auto found = search_records(context(), {needle, 10, true, false, false}, now_);
                            counted_ += found.persons->size();
                          })});
    }
    figures_.push_back({"takes_long", time_of([&] { takes_long(context(), stage_and_owner); })});
    std::uint64_t number = 0;
    std::string json;
    figures_.push_back({"get", time_of([&] {
                          json.clear();
                          number = (number + 7'919'317) % persons_;
                          const auto row = tables_->persons.find(Persons::person_id(number));
                          append_person_json(json, kPlatform, *tables_, row->value);
                        })});
    json_bytes_ = json.size();
  }

  void print() const {
    fmt::print("{} persons of {} bytes of JSON\n", persons_, json_bytes_);
    for (const auto& figure : figures_) fmt::print("  {:54} {:>14.0f} ns\n", figure.name, figure.ns);
    for (const auto& [name, bytes] : memory()) {
      fmt::print("  {:54} {:>14.1f} bytes a person\n", name,
                 static_cast<double>(bytes) / static_cast<double>(persons_));
    }
  }
  std::string json() const {
    std::string out = fmt::format(R"({{"persons":{},"json_bytes":{},"ns":{{)", persons_, json_bytes_);
    for (const auto& figure : figures_) {
      out += fmt::format("{}\"{}\":{:.0f}", &figure == &figures_.front() ? "" : ",", figure.name, figure.ns);
    }
    out += "},\"bytes\":{";
    const auto parts = memory();
    for (const auto& part : parts) {
      out += fmt::format("{}\"{}\":{}", &part == &parts.front() ? "" : ",", part.first, part.second);
    }
    return out + "}}";
  }

 private:
  static PersonFilter filter(auto&& set) {
    PersonFilter filter;
    set(filter);
    return filter;
  }

  void fill() {
    const auto organizations = std::clamp<std::uint64_t>(persons_ / 100, 1, 10'000);
    for (std::uint64_t number = 0; number < organizations; ++number) {
      commit(OrganizationCreated{
          Persons::organization_id(number), {}, {}, {SlotId{}, OrganizationDetails{"Org", {}, {}}}});
    }
    std::vector<Digest128> metadata_keys;
    for (int key = 0; key < 8; ++key) {
      metadata_keys.push_back(
          digester_.short_digest(kPlatform, DigestPurpose::metadata_key, "key " + std::to_string(key)));
    }
    Persons made_up(organizations, std::move(metadata_keys));
    publish("a person", persons_, [&](std::uint64_t) { return made_up.next(); });
    publish("a new name", std::min<std::uint64_t>(persons_, 20'000), [&](std::uint64_t number) {
      PersonDetailsChange change;
      change.name = fmt::format("Renamed {}", number);
      PersonUpdated event;
      event.person = Persons::person_id(number * 7'919 % persons_);
      event.details = Sealed<PersonDetailsChange>{SlotId{number}, std::move(change)};
      return event;
    });
    Commit last;
    last.header.frame.platform = kPlatform;
    last.header.frame.first = tables_->applied;
    last.events.emplace_back();
    const auto overlay = store_.overlay();
    mark_applied(last, *overlay);
    store_.write(*overlay);
  }
  /// Publishes so many events, and settles them now and then as a server does beside.
  void publish(const std::string& what, std::uint64_t count, auto&& make) {
    constexpr std::uint64_t kSettledAtOnce = 1024;
    std::vector<Event> events;
    Clock::duration publishing{};
    Clock::duration settling{};
    for (std::uint64_t number = 0; number < count;) {
      events.clear();
      for (; events.size() < kSettledAtOnce && number < count; ++number) events.push_back(make(number));
      const auto begun = Clock::now();
      for (auto& event : events) commit(std::move(event));
      const auto published = Clock::now();
      while (settle_texts(*tables_, [] {})) {
      }
      publishing += published - begun;
      settling += Clock::now() - published;
    }
    const auto each = [&](Clock::duration took) {
      return std::chrono::duration<double, std::nano>(took).count() / static_cast<double>(count);
    };
    figures_.push_back({"publish " + what, each(publishing)});
    figures_.push_back({"settle " + what, each(settling)});
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

  ListContext context() const {
    return {kPlatform, digester_, store_, [this] { return tables_; }};
  }
  Page list(const PersonFilter& filter, std::uint64_t page) const {
    return list_persons(context(), filter, {page, 25, std::nullopt}).value_or(Page{});
  }
  void count(const std::string& name, const PersonFilter& filter) {
    figures_.push_back({name, time_of([&] {
                          const PersonMatching matching(filter, kPlatform, digester_);
                          const auto all = matching.in(*tables_);
                          counted_ += Matches(all).count();
                        })});
  }
  void page(const std::string& name, const PersonFilter& filter, std::uint64_t number) {
    figures_.push_back({name, time_of([&] { counted_ += list(filter, number).results.size(); })});
  }

  /// The last figure, divided by the records that it is about.
  void per_record(const PersonFilter& filter) {
    const auto count = static_cast<double>(std::max<std::uint64_t>(1, list(filter, 1).count));
    figures_.push_back({figures_.back().name + ", per record", figures_.back().ns / count});
  }
  /// How long a writer waits for the tables while such lists are made.
  void wait_for(const std::string& name, const PersonFilter& filter) {
    const auto waited = waits_beside(tables_->lock, [&] { counted_ += list(filter, 1).results.size(); });
    figures_.push_back({"wait of a writer, p99: " + name, waited[waited.size() * 99 / 100]});
    figures_.push_back({"wait of a writer, longest: " + name, waited.back()});
  }

  std::vector<std::pair<std::string, std::uint64_t>> memory() const {
    const auto& persons = tables_->persons;
    const auto& sets = persons.sets;
    auto set_bytes = sets.there.bytes() + sets.owned.bytes() + sets.owners.bytes() + sets.organizations.bytes() +
                     sets.metadata_keys.bytes();
    for (const auto& set : sets.active) set_bytes += set.bytes();
    for (const auto& set : sets.stages) set_bytes += set.bytes();
    return {{"texts", persons.texts.bytes()},
            {"trigrams", persons.text_index.bytes()},
            {"sets", set_bytes},
            {"resident, all", resident_bytes() - before_}};
  }

  const std::uint64_t persons_;
  const std::uint64_t before_;
  std::shared_ptr<PlatformTables> tables_;
  test::MemoryByteStore store_;
  test::FixedDigester digester_;
  Timestamp now_ = from_micros(1'780'000'000'000'000);
  std::vector<Figure> figures_;
  std::size_t json_bytes_ = 0;
  std::uint64_t counted_ = 0;  ///< so that nothing is left out as unused
};

}  // namespace
}  // namespace annals::bench

int main(int argc, char** argv) {
  std::vector<std::uint64_t> sizes;
  bool json = false;
  for (int at = 1; at < argc; ++at) {
    if (std::string_view(argv[at]) == "--json") {
      json = true;
    } else {
      sizes.push_back(std::strtoull(argv[at], nullptr, 10));
    }
  }
  if (sizes.empty()) sizes = {100'000, 1'000'000};
  for (const auto size : sizes) {
    annals::bench::Bench bench(size);
    bench.run();
    if (json) {
      fmt::print("{}\n", bench.json());
    } else {
      bench.print();
    }
    std::fflush(stdout);
    ::malloc_trim(0);
  }
}
