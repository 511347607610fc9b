#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/byte_store.hpp"

namespace annals::test {

/// Where a value stands: platform ‖ view ‖ key, as the real store has it.
struct MemoryPlace {
  PlatformId platform;
  ViewId view;
  std::string key;
  auto operator<=>(const MemoryPlace&) const = default;
};

using MemoryViews = std::map<MemoryPlace, StoredValue>;
/// nullopt: erased on top of what is below.
using MemoryChanges = std::map<MemoryPlace, std::optional<StoredValue>>;

/// Walks over what a scan found when it began; what is written afterwards does not show.
class MemoryCursor : public ViewCursor {
 public:
  explicit MemoryCursor(std::vector<std::pair<std::string, StoredValue>> found) : found_(std::move(found)) {}
  bool valid() const override { return at_ < found_.size(); }
  void next() override { ++at_; }
  std::string_view key() const override { return found_.at(at_).first; }
  std::string_view plain() const override { return found_.at(at_).second.plain; }
  StoredValue value() const override { return found_.at(at_).second; }

 private:
  std::vector<std::pair<std::string, StoredValue>> found_;
  std::size_t at_ = 0;
};

/// Whether a scan over `prefix` from `start` in this order passes the key.
inline bool scan_passes(std::string_view key, std::string_view prefix, std::string_view start, ScanOrder order) {
  if (!key.starts_with(prefix)) return false;
  if (start.empty()) return true;
  const auto rest = key.substr(prefix.size());
  return order == ScanOrder::ascending ? rest >= start : rest <= start;
}

/// One state of the views, never changed once it is shared.
class MemoryReader : public ViewReader {
 public:
  explicit MemoryReader(std::shared_ptr<const MemoryViews> views) : views_(std::move(views)) {}

  std::optional<StoredValue> get(PlatformId platform, ViewId view, std::string_view key) const override {
    const auto found = views_->find({platform, view, std::string(key)});
    if (found == views_->end()) return std::nullopt;
    return found->second;
  }
  std::optional<std::string> get_plain(PlatformId platform, ViewId view, std::string_view key) const override {
    const auto found = views_->find({platform, view, std::string(key)});
    if (found == views_->end()) return std::nullopt;
    return found->second.plain;
  }
  std::unique_ptr<ViewCursor> scan(PlatformId platform, ViewId view, std::string_view prefix, std::string_view start,
                                   ScanOrder order) const override {
    return std::make_unique<Walk>(views_, platform, view, prefix, start, order);
  }

 private:
  /// Walks the map itself, so that a page of a large view costs a page.
  class Walk : public ViewCursor {
   public:
    Walk(std::shared_ptr<const MemoryViews> views, PlatformId platform, ViewId view, std::string_view prefix,
         std::string_view start, ScanOrder order)
        : views_(std::move(views)), platform_(platform), view_(view), prefix_(prefix), order_(order) {
      const std::string from = prefix_ + std::string(start);
      if (order == ScanOrder::ascending) {
        at_ = views_->lower_bound({platform, view, from});
        return;
      }
      at_ = start.empty() ? behind_prefix() : views_->upper_bound({platform, view, from});
      step_back();
    }
    bool valid() const override {
      return at_ != views_->end() && at_->first.platform == platform_ && at_->first.view == view_ &&
             at_->first.key.starts_with(prefix_);
    }
    void next() override {
      if (order_ == ScanOrder::ascending) {
        ++at_;
      } else {
        step_back();
      }
    }
    std::string_view key() const override { return at_->first.key; }
    std::string_view plain() const override { return at_->second.plain; }
    StoredValue value() const override { return at_->second; }

   private:
    void step_back() { at_ = at_ == views_->begin() ? views_->end() : std::prev(at_); }
    MemoryViews::const_iterator behind_prefix() const {
      auto behind = prefix_;
      while (!behind.empty() && static_cast<unsigned char>(behind.back()) == 0xFF) behind.pop_back();
      if (!behind.empty()) {
        behind.back() = static_cast<char>(static_cast<unsigned char>(behind.back()) + 1);
        return views_->lower_bound({platform_, view_, behind});
      }
      auto at = views_->lower_bound({platform_, view_, {}});
      while (at != views_->end() && at->first.platform == platform_ && at->first.view == view_) ++at;
      return at;
    }
    std::shared_ptr<const MemoryViews> views_;
    PlatformId platform_;
    ViewId view_;
    std::string prefix_;
    ScanOrder order_;
    MemoryViews::const_iterator at_;
  };

  std::shared_ptr<const MemoryViews> views_;
};

/// Changes on top of a reader, in memory. `take` hands them over.
class MemoryOverlay : public ViewOverlay {
 public:
  MemoryOverlay(const ViewReader& below, const ViewReader& latest) : below_(&below), latest_(latest) {}

  std::optional<StoredValue> get(PlatformId platform, ViewId view, std::string_view key) const override {
    const auto found = changes_.find({platform, view, std::string(key)});
    return found == changes_.end() ? below_->get(platform, view, key) : found->second;
  }
  std::optional<std::string> get_plain(PlatformId platform, ViewId view, std::string_view key) const override {
    const auto found = changes_.find({platform, view, std::string(key)});
    if (found == changes_.end()) return below_->get_plain(platform, view, key);
    return found->second ? std::optional(found->second->plain) : std::nullopt;
  }
  std::unique_ptr<ViewCursor> scan(PlatformId platform, ViewId view, std::string_view prefix, std::string_view start,
                                   ScanOrder order) const override {
    std::map<std::string, StoredValue> found;
    for (auto at = below_->scan(platform, view, prefix, start, order); at->valid(); at->next()) {
      found.emplace(at->key(), at->value());
    }
    for (auto at = changes_.lower_bound({platform, view, std::string(prefix)});
         at != changes_.end() && at->first.platform == platform && at->first.view == view; ++at) {
      if (!scan_passes(at->first.key, prefix, start, order)) continue;
      found.erase(at->first.key);
      if (at->second) found.emplace(at->first.key, *at->second);
    }
    std::vector<std::pair<std::string, StoredValue>> in_order(found.begin(), found.end());
    if (order == ScanOrder::descending) in_order.assign(found.rbegin(), found.rend());
    return std::make_unique<MemoryCursor>(std::move(in_order));
  }

  void put(PlatformId platform, ViewId view, std::string_view key, std::string_view plain) override {
    set(platform, view, key, StoredValue{std::string(plain), std::nullopt, std::nullopt});
  }
  void put_sealed(PlatformId platform, ViewId view, std::string_view key, std::string_view plain, SlotId slot,
                  std::string_view data) override {
    set(platform, view, key, StoredValue{std::string(plain), slot, std::string(data)});
  }
  void put_erased(PlatformId platform, ViewId view, std::string_view key, std::string_view plain,
                  SlotId slot) override {
    set(platform, view, key, StoredValue{std::string(plain), slot, std::nullopt});
  }
  void erase(PlatformId platform, ViewId view, std::string_view key) override {
    set(platform, view, key, std::nullopt);
  }

  void set_save_point() override { marks_.push_back(undo_.size()); }
  void roll_back() override {
    const auto mark = pop_mark();
    while (undo_.size() > mark) {
      auto& [place, before] = undo_.back();
      if (before) {
        changes_[place] = std::move(*before);
      } else {
        changes_.erase(place);
      }
      undo_.pop_back();
    }
  }
  void drop_save_point() override {
    pop_mark();
    if (marks_.empty()) undo_.clear();
  }

  void rest_on_latest() override { below_ = &latest_; }

  const MemoryChanges& changes() const { return changes_; }
  void clear() {
    changes_.clear();
    undo_.clear();
    marks_.clear();
  }

 private:
  /// The outer nullopt: nothing stood there.
  using Before = std::optional<std::optional<StoredValue>>;

  void set(PlatformId platform, ViewId view, std::string_view key, std::optional<StoredValue> value) {
    MemoryPlace place{platform, view, std::string(key)};
    if (!marks_.empty()) {
      Before before;
      if (const auto found = changes_.find(place); found != changes_.end()) before.emplace(found->second);
      undo_.emplace_back(place, std::move(before));
    }
    changes_.insert_or_assign(std::move(place), std::move(value));
  }
  std::size_t pop_mark() {
    if (marks_.empty()) throw std::logic_error("no save point to go back to");
    const auto mark = marks_.back();
    marks_.pop_back();
    return mark;
  }

  const ViewReader* below_;
  const ViewReader& latest_;
  MemoryChanges changes_;
  /// What stood in `changes_` before each change since the first mark.
  std::vector<std::pair<MemoryPlace, Before>> undo_;
  std::vector<std::size_t> marks_;
};

/// A ByteStore in memory that keeps sealed parts as they were given. `erase_slot` does what erasing a key does: every
/// part under it reads as gone. Readers are thread-safe; writers one at a time.
class MemoryByteStore : public ByteStore {
 public:
  const ViewReader& latest() const override { return latest_; }
  std::shared_ptr<const ViewReader> snapshot() const override { return std::make_shared<MemoryReader>(shared()); }
  std::unique_ptr<ViewOverlay> overlay() const override { return std::make_unique<MemoryOverlay>(latest_, latest_); }
  std::unique_ptr<ViewOverlay> overlay_on(const ViewOverlay& below) const override {
    return std::make_unique<MemoryOverlay>(below, latest_);
  }

  std::atomic<bool> refuses{false};  ///< every write, as a full disk does
  bool write(ViewOverlay& changes) override {
    if (refuses) return false;
    take(changes);
    dynamic_cast<MemoryOverlay&>(changes).clear();
    return true;
  }

  /// Writes what the overlay holds and leaves it as it is.
  void take(const ViewOverlay& changes) {
    const auto& pending = dynamic_cast<const MemoryOverlay&>(changes);
    change([&](MemoryViews& views) {
      for (const auto& [place, value] : pending.changes()) {
        if (value) {
          views.insert_or_assign(place, *value);
        } else {
          views.erase(place);
        }
      }
    });
  }

  /// How many steps make a portion.
  std::size_t steps_a_portion = 1000;
  std::unique_ptr<ViewFilling> fill(std::size_t) override { return std::make_unique<Filling>(*this); }

  void clear(PlatformId platform, ViewId view) override {
    change([&](MemoryViews& views) {
      auto first = views.lower_bound({platform, view, {}});
      auto last = first;
      while (last != views.end() && last->first.platform == platform && last->first.view == view) ++last;
      views.erase(first, last);
    });
  }

  void erase_slot(PlatformId platform, SlotId slot) {
    change([&](MemoryViews& views) {
      for (auto& [place, value] : views) {
        if (place.platform == platform && value.slot == slot) value.data.reset();
      }
    });
  }

  /// Everything there is, to compare.
  MemoryViews all() const { return *shared(); }

 private:
  /// Reads whatever is newest at each call.
  class Latest : public ViewReader {
   public:
    explicit Latest(const MemoryByteStore& store) : store_(store) {}
    std::optional<StoredValue> get(PlatformId platform, ViewId view, std::string_view key) const override {
      return MemoryReader(store_.shared()).get(platform, view, key);
    }
    std::optional<std::string> get_plain(PlatformId platform, ViewId view, std::string_view key) const override {
      return MemoryReader(store_.shared()).get_plain(platform, view, key);
    }
    std::unique_ptr<ViewCursor> scan(PlatformId platform, ViewId view, std::string_view prefix, std::string_view start,
                                     ScanOrder order) const override {
      return MemoryReader(store_.shared()).scan(platform, view, prefix, start, order);
    }

   private:
    const MemoryByteStore& store_;
  };

  class Filling : public ViewFilling {
   public:
    explicit Filling(MemoryByteStore& store) : store_(store) {}
    ViewChanges& changes() override { return *changes_; }
    bool step() override { return ++steps_ % store_.steps_a_portion != 0 || finish(); }
    bool finish() override { return store_.write(*changes_); }

   private:
    MemoryByteStore& store_;
    std::unique_ptr<ViewOverlay> changes_ = store_.overlay();
    std::size_t steps_ = 0;
  };

  /// Counted by hand: shared_ptr's own count does not say when a reader's last read has happened.
  struct State {
    MemoryViews views;
    std::atomic<int> readers = 0;
  };

  std::shared_ptr<const MemoryViews> shared() const {
    const std::scoped_lock lock(mutex_);
    state_->readers.fetch_add(1, std::memory_order_relaxed);
    return {&state_->views,
            [state = state_](const MemoryViews*) { state->readers.fetch_sub(1, std::memory_order_release); }};
  }
  /// In place when nobody else looks, else on a copy.
  void change(const auto& how) {
    const std::scoped_lock lock(mutex_);
    if (state_->readers.load(std::memory_order_acquire) > 0) {
      auto copy = std::make_shared<State>();
      copy->views = state_->views;
      state_ = std::move(copy);
    }
    how(state_->views);
  }

  mutable std::mutex mutex_;
  std::shared_ptr<State> state_ = std::make_shared<State>();
  Latest latest_{*this};
};

}  // namespace annals::test
