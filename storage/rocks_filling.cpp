#include "storage/rocks_filling.hpp"

#include "storage/stored_value.hpp"

namespace annals {
namespace {

/// What is below and a portion's changes in one order; a change wins where both have a key.
class PortionCursor : public ViewCursor {
 public:
  PortionCursor(std::unique_ptr<ViewCursor> below, const ViewPortion::Order& changes, std::string_view prefix,
                std::string_view start, ScanOrder order)
      : below_(std::move(below)), changes_(changes), prefix_(prefix), order_(order), at_(first(start)) {
    settle();
  }

  bool valid() const override { return stands_on_change_ || below_->valid(); }
  void next() override {
    if (stands_on_change_) {
      step_change();
    } else {
      below_->next();
    }
    settle();
  }
  std::string_view key() const override { return stands_on_change_ ? at_->first : below_->key(); }
  std::string_view plain() const override { return stands_on_change_ ? at_->second->plain : below_->plain(); }
  StoredValue value() const override {
    // Empty when the key was erased while the cursor stood on it.
    return stands_on_change_ ? at_->second->value().value_or(StoredValue{}) : below_->value();
  }

 private:
  using Iterator = ViewPortion::Order::const_iterator;

  Iterator first(std::string_view start) const {
    const auto from = prefix_ + std::string(start);
    switch (order_) {
      case ScanOrder::ascending:
        return changes_.lower_bound(from);
      case ScanOrder::descending: {
        const auto last = start.empty() ? ViewKey::behind(prefix_) : std::string();
        auto behind = changes_.end();
        if (!start.empty()) {
          behind = changes_.upper_bound(from);
        } else if (!last.empty()) {
          behind = changes_.lower_bound(last);
        }
        return behind == changes_.begin() ? changes_.end() : std::prev(behind);
      }
    }
    return changes_.end();
  }
  bool has_change() const { return at_ != changes_.end() && at_->first.starts_with(prefix_); }
  void step_change() {
    switch (order_) {
      case ScanOrder::ascending:
        ++at_;
        return;
      case ScanOrder::descending:
        at_ = at_ == changes_.begin() ? changes_.end() : std::prev(at_);
        return;
    }
  }
  /// Stands on the next key that is there, passing over what the changes hide or erase.
  void settle() {
    for (stands_on_change_ = false; has_change(); step_change()) {
      if (below_->valid()) {
        const auto order = at_->first.compare(below_->key());
        if (order != 0 && (order > 0) == (order_ == ScanOrder::ascending)) return;
        if (order == 0) below_->next();
      }
      if (at_->second->kind == ViewPortion::Change::Kind::erase) continue;
      stands_on_change_ = true;
      return;
    }
  }

  std::unique_ptr<ViewCursor> below_;
  const ViewPortion::Order& changes_;
  std::string prefix_;
  ScanOrder order_;
  Iterator at_;
  bool stands_on_change_ = false;
};

}  // namespace

bool RocksFilling::step() {
  return current_->bytes() < portion_bytes_ || hand_over();
}

bool RocksFilling::finish() {
  return hand_over() && wait();
}

bool RocksFilling::hand_over() {
  if (!wait()) return false;
  before_ = std::exchange(current_, std::make_unique<ViewPortion>());
  written_ = std::async(std::launch::async, [this] { return writer_.write(*before_); });
  return true;
}

bool RocksFilling::wait() {
  return !written_.valid() || written_.get();
}

const ViewPortion::Change* RocksFilling::Changes::find(PlatformId platform, ViewId view, std::string_view key) const {
  const auto* change = filling_.current_->find(platform, view, key);
  return change == nullptr && filling_.before_ ? filling_.before_->find(platform, view, key) : change;
}

std::optional<StoredValue> RocksFilling::Changes::get(PlatformId platform, ViewId view, std::string_view key) const {
  const auto* change = find(platform, view, key);
  return change != nullptr ? change->value() : below_.get(platform, view, key);
}

std::optional<std::string> RocksFilling::Changes::get_plain(PlatformId platform, ViewId view,
                                                            std::string_view key) const {
  const auto* change = find(platform, view, key);
  if (change == nullptr) return below_.get_plain(platform, view, key);
  if (change->kind == ViewPortion::Change::Kind::erase) return std::nullopt;
  return std::string(change->plain);
}

std::unique_ptr<ViewCursor> RocksFilling::Changes::scan(PlatformId platform, ViewId view, std::string_view prefix,
                                                        std::string_view start, ScanOrder order) const {
  auto cursor = below_.scan(platform, view, prefix, start, order);
  for (const auto* portion : {&filling_.before_, &filling_.current_}) {
    auto* changes = *portion ? (*portion)->view(platform, view) : nullptr;
    if (changes != nullptr) {
      cursor = std::make_unique<PortionCursor>(std::move(cursor), changes->order(), prefix, start, order);
    }
  }
  return cursor;
}

void RocksFilling::Changes::put(PlatformId platform, ViewId view, std::string_view key, std::string_view plain) {
  filling_.current_->change(platform, view, key, {ViewPortion::Change::Kind::plain, {}, {}, plain, {}});
}

void RocksFilling::Changes::put_sealed(PlatformId platform, ViewId view, std::string_view key, std::string_view plain,
                                       SlotId slot, std::string_view data) {
  filling_.current_->change(platform, view, key, {ViewPortion::Change::Kind::sealed, slot, {}, plain, data});
}

void RocksFilling::Changes::put_erased(PlatformId platform, ViewId view, std::string_view key, std::string_view plain,
                                       SlotId slot) {
  filling_.current_->change(platform, view, key, {ViewPortion::Change::Kind::data_gone, slot, {}, plain, {}});
}

void RocksFilling::Changes::erase(PlatformId platform, ViewId view, std::string_view key) {
  filling_.current_->change(platform, view, key, {ViewPortion::Change::Kind::erase, {}, {}, {}, {}});
}

}  // namespace annals
