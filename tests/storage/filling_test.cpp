#include <catch2/catch.hpp>
#include <filesystem>
#include <random>

#include "storage/support.hpp"
#include "support/memory_byte_store.hpp"

namespace annals::filling_test {
using namespace annals::test;

namespace {

constexpr ViewId kView{4};
constexpr ViewId kNextView{5};
constexpr std::size_t kSmallPortion = 4096;

using Found = std::vector<std::pair<std::string, StoredValue>>;

Found scanned(const ViewReader& reader, ViewId view, std::string_view prefix, std::string_view start, ScanOrder order) {
  Found found;
  for (auto cursor = reader.scan(kMain, view, prefix, start, order); cursor->valid(); cursor->next()) {
    found.emplace_back(cursor->key(), cursor->value());
    REQUIRE(cursor->plain() == found.back().second.plain);
  }
  return found;
}

/// The same random changes to a filling and to a store in memory.
class RandomFilling {
 public:
  RandomFilling(Store& store, std::uint64_t seed) : random_(seed), store_(store) {
    for (int i = 0; i < 3; ++i) slots_.push_back(store_.reserve_slot(kMain));
    filling_ = store_.views().fill(kSmallPortion);
    expected_ = memory_.fill(kSmallPortion);
  }
  void change() {
    const auto view = pick(2) == 0 ? kView : kNextView;
    const auto key = text(4);
    const auto plain = text(30);
    const auto data = text(60);
    const auto slot = slots_[pick(slots_.size())];
    const auto kind = pick(5);
    for (auto* changes : {&filling_->changes(), &expected_->changes()}) {
      if (kind == 0) changes->erase(kMain, view, key);
      if (kind == 1) changes->put_erased(kMain, view, key, plain, slot);
      if (kind == 2) changes->put_sealed(kMain, view, key, plain, slot, data);
      if (kind > 2) changes->put(kMain, view, key, plain);
    }
    if (pick(4) == 0) REQUIRE((filling_->step() && expected_->step()));
  }
  void compare() { compare(filling_->changes(), expected_->changes()); }
  void finish() {
    REQUIRE(filling_->finish());
    REQUIRE(expected_->finish());
    filling_.reset();
    compare_all(store_);
  }
  void compare_all(Store& store) {
    for (const auto view : {kView, kNextView}) {
      const auto have = scanned(store.views().latest(), view, {}, {}, ScanOrder::ascending);
      REQUIRE(have.size() > 20);
      REQUIRE(have == scanned(memory_.latest(), view, {}, {}, ScanOrder::ascending));
    }
  }

 private:
  std::size_t pick(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }
  std::string text(std::size_t longest) {
    std::string bytes;
    for (auto n = pick(longest + 1); n > 0; --n) bytes += "ab\x00\xFF"[pick(4)];
    return bytes;
  }
  void compare(const ViewReader& have, const ViewReader& want) {
    const auto view = pick(2) == 0 ? kView : kNextView;
    const auto key = text(4);
    REQUIRE(have.get(kMain, view, key) == want.get(kMain, view, key));
    REQUIRE(have.get_plain(kMain, view, key) == want.get_plain(kMain, view, key));
    const auto order = pick(2) == 0 ? ScanOrder::ascending : ScanOrder::descending;
    const auto prefix = text(2);
    const auto start = text(2);
    REQUIRE(scanned(have, view, prefix, start, order) == scanned(want, view, prefix, start, order));
  }

  std::mt19937_64 random_;
  Store& store_;
  MemoryByteStore memory_;
  std::vector<SlotId> slots_;
  std::unique_ptr<ViewFilling> filling_;
  std::unique_ptr<ViewFilling> expected_;
};

std::string numbered(int number) {
  auto digits = std::to_string(number);
  return std::string(6 - digits.size(), '0') + digits;
}

}  // namespace

TEST_CASE("what a filling reads and leaves is what was put into it", "[storage][views][model]") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  TempDirectory directory;
  auto store = open_store(options_for(directory.path()));
  RandomFilling filling(*store, seed);
  for (int step = 0; step < 2500; ++step) {
    filling.change();
    filling.compare();
  }
  filling.finish();
  store.reset();
  store = open_store(options_for(directory.path()));
  filling.compare_all(*store);
}

TEST_CASE("a filling overwrites and erases what stood in the store before", "[storage][views]") {
  TempDirectory directory;
  auto store = open_store(options_for(directory.path()));
  const auto before = store->views().overlay();
  for (const auto* key : {"changed", "erased", "kept"}) before->put(kMain, kView, key, "old");
  REQUIRE(store->views().write(*before));
  const auto filling = store->views().fill(kSmallPortion);
  filling->changes().put(kMain, kView, "changed", "new");
  filling->changes().erase(kMain, kView, "erased");
  REQUIRE(filling->finish());
  const auto& latest = store->views().latest();
  CHECK(latest.get_plain(kMain, kView, "changed") == "new");
  CHECK(latest.get_plain(kMain, kView, "erased") == std::nullopt);
  CHECK(latest.get_plain(kMain, kView, "kept") == "old");
}

TEST_CASE("a filling that ends early leaves whole steps, the first ones", "[storage][views]") {
  TempDirectory directory;
  {
    auto store = open_store(options_for(directory.path()));
    const auto filling = store->views().fill(kSmallPortion);
    for (int i = 0; i < 500; ++i) {
      filling->changes().put(kMain, kView, numbered(i), "one");
      filling->changes().put(PlatformId{9}, kNextView, numbered(i), "two");
      REQUIRE(filling->step());
    }
  }
  const auto store = open_store(options_for(directory.path()));
  const auto one = scanned(store->views().latest(), kView, {}, {}, ScanOrder::ascending);
  REQUIRE(one.size() > 100);
  CHECK(one.size() < 500);
  CHECK(one.back().first == numbered(static_cast<int>(one.size()) - 1));
  CHECK(store->views().latest().get(PlatformId{9}, kNextView, one.back().first));
  CHECK_FALSE(store->views().latest().get(PlatformId{9}, kNextView, numbered(static_cast<int>(one.size()))));
}

TEST_CASE("a filling takes away the tables that an interrupted one left lying", "[storage][views]") {
  TempDirectory directory;
  auto store = open_store(options_for(directory.path()));
  const auto left = directory.path() / "db" / "filling" / "0.sst";
  std::filesystem::create_directory(left.parent_path());
  write_file(left, "half a table");
  const auto filling = store->views().fill(kSmallPortion);
  CHECK_FALSE(std::filesystem::exists(left));
  filling->changes().put(kMain, kView, "key", "plain");
  CHECK(filling->finish());
  CHECK(store->views().latest().get_plain(kMain, kView, "key") == "plain");
}

TEST_CASE("a reader beside fills nothing", "[storage][beside]") {
  TempDirectory directory;
  REQUIRE(append(*open_store(options_for(directory.path())), kMain, {"one"}) == AppendStatus::appended);
  const auto beside = open_beside(options_for(directory.path()));
  const auto filling = beside->views().fill(kSmallPortion);
  filling->changes().put(kMain, kView, "key", "plain");
  CHECK_FALSE(filling->finish());
}

}  // namespace annals::filling_test
