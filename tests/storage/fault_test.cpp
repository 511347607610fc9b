#include <catch2/catch.hpp>
#include <set>

#include "storage/fault_file_system.hpp"
#include "storage/support.hpp"

namespace annals::fault_test {
using namespace annals::test;

namespace {

constexpr ViewId kView{2};
constexpr int kGroups = 3;

/// A store on a disk that fails once, or until it is healed, and what was acknowledged by it.
class FaultyRun {
 public:
  FaultyRun(Fault fault, long nth) {
    faults_->arm(fault, nth);
    options_ = options_for(directory_.path());
    options_.env = env_.get();
  }

  /// Whether the fault struck at all.
  bool run() {
    // An earlier life, so that opening has something to recover.
    for (int life = 0; life < 2; ++life) live();
    const bool struck = faults_->struck();
    faults_->heal();
    faults_->drop_unsynced_if_cut();
    check_all();
    return struck;
  }

 private:
  void live() {
    auto opened = Store::open(options_);
    for (int attempt = 0; !opened; ++attempt) {
      INFO(opened.error().sentence);
      REQUIRE(opened.error().kind == StoreProblem::Kind::io);
      if (faults_->power_is_cut()) return;
      REQUIRE(attempt < 3);
      faults_->heal_if_full();
      opened = Store::open(options_);
    }
    store_ = *std::move(opened);
    for (int group = 0; group < kGroups && !faults_->power_is_cut(); ++group) append_group();
    store_.reset();
  }

  std::optional<SlotId> reserve() {
    try {
      return store_->reserve_slot(kMain);
    } catch (const std::runtime_error&) {
      faults_->heal_if_full();
      return std::nullopt;
    }
  }

  void append_group() {
    const auto slot = reserve();
    if (!slot) return;
    CHECK(slots_.insert(slot->value).second);
    const auto text = "group " + std::to_string(++last_group_);
    const auto views = store_->views().overlay();
    views->put_sealed(kMain, kView, text, "plain", *slot, "data of " + text);
    const auto main = store_->log().head(kMain);
    const auto other = store_->log().head(kOther);
    const std::vector<PlatformAppend> group{{kMain, main, {make_commit(kMain, main, text)}},
                                            {kOther, other, {make_commit(kOther, other, text, 2)}}};
    AppendStatus status = AppendStatus::conflict;
    REQUIRE_NOTHROW(status = store_->log().append(group, *views));
    REQUIRE(status != AppendStatus::conflict);
    if (status == AppendStatus::appended) {
      acknowledged_.push_back(text);
      return;
    }
    // Nothing goes on before a reopening.
    REQUIRE(append(*store_, kMain, {"too early"}) == AppendStatus::unavailable);
    CHECK_FALSE(store_->views().write(*views));
    if (faults_->power_is_cut()) {
      if (status == AppendStatus::unknown) maybe_.insert(text);
      return;
    }
    faults_->heal_if_full();
    int attempts = 0;
    while (!store_->reopen()) REQUIRE(++attempts < 4);
    settle(text, status, main.position, other.position);
  }

  /// After reopening the group is there with all that belongs to it, or not at all.
  void settle(const std::string& text, AppendStatus status, Position main, Position other) {
    const bool landed = store_->log().head(kMain).position > main;
    CHECK(landed == (store_->log().head(kOther).position > other));
    CHECK(landed == store_->views().latest().get(kMain, kView, text).has_value());
    if (status == AppendStatus::unavailable) CHECK_FALSE(landed);
    if (landed) acknowledged_.push_back(text);
  }

  void check_all() {
    for (const bool beside : {true, false}) {
      auto opened = beside ? Store::open_beside(options_) : Store::open(options_);
      if (!opened) {
        INFO(opened.error().sentence);
        // Cut off before there was anything.
        REQUIRE(opened.error().kind == StoreProblem::Kind::missing);
        REQUIRE(acknowledged_.empty());
        continue;
      }
      check_store(**opened);
    }
  }

  void check_store(Store& store) {
    auto found = read_contents(store, kMain);
    CHECK(read_contents(store, kOther) == found);
    for (const auto& text : found) {
      CHECK(store.views().latest().get(kMain, kView, text)->data == "data of " + text);
    }
    if (found.size() > acknowledged_.size()) {
      CHECK(maybe_.contains(found.back()));
      found.pop_back();
    }
    CHECK(found == acknowledged_);
    std::size_t views = 0;
    for (auto cursor = store.views().latest().scan(kMain, kView, ""); cursor->valid(); cursor->next()) ++views;
    CHECK(views == read_contents(store, kMain).size());
  }

  TempDirectory directory_;
  std::shared_ptr<FaultFileSystem> faults_ = std::make_shared<FaultFileSystem>();
  std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(faults_);
  StoreOptions options_;
  std::unique_ptr<Store> store_;
  int last_group_ = 0;
  std::vector<std::string> acknowledged_;
  std::set<std::string> maybe_;
  std::set<std::uint64_t> slots_;
};

void fail_every_operation_in_turn(Fault fault, long at_least) {
  long nth = 0;
  for (;; ++nth) {
    CAPTURE(nth);
    if (!FaultyRun(fault, nth).run()) break;
  }
  CHECK(nth > at_least);
}

}  // namespace

TEST_CASE("any operation may fail once: nothing acknowledged is lost, no half group is left", "[storage][faults]") {
  fail_every_operation_in_turn(Fault::error_once, 100);
}

TEST_CASE("the disk may be full at any time and writes go on when it no longer is", "[storage][faults]") {
  fail_every_operation_in_turn(Fault::full_until_healed, 50);
}

TEST_CASE("any write may be cut short", "[storage][faults]") {
  fail_every_operation_in_turn(Fault::short_write_once, 50);
}

TEST_CASE("any sync may fail and lose what was written", "[storage][faults]") {
  fail_every_operation_in_turn(Fault::lost_sync_once, 20);
}

TEST_CASE("the power may be cut at any time", "[storage][faults]") {
  fail_every_operation_in_turn(Fault::power_cut, 100);
}

}  // namespace annals::fault_test
