#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "storage/support.hpp"

namespace annals::byte_store_model_test {
using namespace annals::test;

namespace {

/// What the store should hold, kept in a std::map.
struct Model {
  using Place = std::pair<std::uint8_t, std::string>;
  std::map<Place, StoredValue> values;

  std::vector<std::pair<std::string, StoredValue>> scan(ViewId view, const std::string& prefix,
                                                        const std::string& start, ScanOrder order) const {
    std::vector<std::pair<std::string, StoredValue>> found;
    for (const auto& [place, value] : values) {
      const auto& [in, key] = place;
      if (in != view.value || !key.starts_with(prefix)) continue;
      if (!start.empty() && (order == ScanOrder::ascending ? key < prefix + start : key > prefix + start)) continue;
      found.emplace_back(key, value);
    }
    if (order == ScanOrder::descending) std::reverse(found.begin(), found.end());
    return found;
  }
};

class RandomWalk {
 public:
  explicit RandomWalk(std::uint64_t seed) : random_(seed) {
    for (int i = 0; i < 3; ++i) slots_.push_back(store_->reserve_slot(kMain));
  }

  void step() {
    switch (pick(20)) {
      case 0:
        append_below();
        REQUIRE(store_->views().write(*overlay_));
        settle();
        break;
      case 1:
        append_below();
        REQUIRE(append(*store_, kMain, {"step"}, *overlay_) == AppendStatus::appended);
        overlay_ = store_->views().overlay();
        settle();
        break;
      case 7:
        if (below_ || !marks_.empty()) break;
        below_ = std::move(overlay_);
        overlay_ = store_->views().overlay_on(*below_);
        pending_below_ = pending_;
        break;
      case 2:
        restart();
        break;
      case 3:
        overlay_->set_save_point();
        marks_.push_back(pending_);
        break;
      case 4:
        leave_mark();
        break;
      case 5:
        snapshot_ = store_->views().snapshot();
        frozen_ = stored_;
        break;
      case 6: {
        const ViewId view{static_cast<std::uint8_t>(pick(3))};
        if (pick(4) > 0 || !marks_.empty() || below_) break;
        store_->views().clear(kMain, view);
        std::erase_if(stored_.values, [&](const auto& entry) { return entry.first.first == view.value; });
        overlay_ = store_->views().overlay();
        pending_ = stored_;
        break;
      }
      default:
        change();
    }
    compare();
  }

 private:
  std::size_t pick(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }
  std::string text(std::size_t longest) {
    std::string bytes;
    for (auto n = pick(longest + 1); n > 0; --n) bytes += "ab\x00\xFF"[pick(4)];
    return bytes;
  }
  void change() {
    const ViewId view{static_cast<std::uint8_t>(pick(3))};
    const auto key = text(4);
    const auto plain = text(6);
    const auto slot = slots_[pick(slots_.size())];
    const Model::Place place{view.value, key};
    switch (pick(5)) {
      case 0:
        overlay_->erase(kMain, view, key);
        pending_.values.erase(place);
        return;
      case 1:
        overlay_->put_erased(kMain, view, key, plain, slot);
        pending_.values[place] = {plain, slot, std::nullopt};
        return;
      case 2: {
        const auto data = text(40);
        overlay_->put_sealed(kMain, view, key, plain, slot, data);
        pending_.values[place] = {plain, slot, data};
        return;
      }
      default:
        overlay_->put(kMain, view, key, plain);
        pending_.values[place] = {plain, std::nullopt, std::nullopt};
    }
  }
  void append_below() {
    if (!below_) return;
    REQUIRE(append(*store_, kMain, {"below"}, *below_) == AppendStatus::appended);
    stored_ = pending_below_;
    overlay_->rest_on_latest();
    below_.reset();
  }
  void settle() {
    stored_ = pending_;
    marks_.clear();
  }
  void leave_mark() {
    if (marks_.empty()) return;
    if (pick(2) == 0) {
      overlay_->roll_back();
      pending_ = marks_.back();
    } else {
      overlay_->drop_save_point();
    }
    marks_.pop_back();
  }
  void restart() {
    if (pick(3) > 0) return;
    overlay_.reset();
    below_.reset();
    snapshot_.reset();
    store_.reset();
    store_ = open_store(options_for(directory_.path()));
    overlay_ = store_->views().overlay();
    marks_.clear();
    pending_ = stored_;
  }
  void compare_with(const ViewReader& reader, const Model& model) {
    const ViewId view{static_cast<std::uint8_t>(pick(3))};
    const auto key = text(4);
    const auto expected = model.values.find({view.value, key});
    const auto found = reader.get(kMain, view, key);
    REQUIRE(found.has_value() == (expected != model.values.end()));
    if (found) {
      REQUIRE(*found == expected->second);
      REQUIRE(reader.get_plain(kMain, view, key) == expected->second.plain);
    }
    const auto order = pick(2) == 0 ? ScanOrder::ascending : ScanOrder::descending;
    const auto prefix = text(2);
    const auto start = text(2);
    std::vector<std::pair<std::string, StoredValue>> scanned;
    for (auto cursor = reader.scan(kMain, view, prefix, start, order); cursor->valid(); cursor->next()) {
      scanned.emplace_back(cursor->key(), cursor->value());
    }
    REQUIRE(scanned == model.scan(view, prefix, start, order));
  }
  void compare() {
    compare_with(*overlay_, pending_);
    compare_with(store_->views().latest(), stored_);
    if (snapshot_) compare_with(*snapshot_, frozen_);
  }

  std::mt19937_64 random_;
  TempDirectory directory_;
  std::unique_ptr<Store> store_ = open_store(options_for(directory_.path()));
  std::unique_ptr<ViewOverlay> below_;  ///< what overlay_ stands on; nullptr: what is stored
  std::unique_ptr<ViewOverlay> overlay_ = store_->views().overlay();
  std::shared_ptr<const ViewReader> snapshot_;
  std::vector<SlotId> slots_;
  Model stored_;
  Model pending_;
  Model pending_below_;
  Model frozen_;
  std::vector<Model> marks_;
};

}  // namespace

TEST_CASE("random operations agree with a map", "[storage][views][model]") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  RandomWalk walk(seed);
  for (int step = 0; step < 3000; ++step) walk.step();
}

}  // namespace annals::byte_store_model_test
