#include <algorithm>
#include <stdexcept>

#include "storage/rocks_views.hpp"
#include "storage/slices.hpp"

namespace annals {
namespace {

/// The store's keys and the overlay's in one order; the overlay's change wins where both have a key.
class OverlayCursor : public ViewCursor {
 public:
  OverlayCursor(std::unique_ptr<ViewCursor> below, const Overlay::Changes& changes, std::string lower,
                std::string_view start, ScanOrder order)
      : below_(std::move(below)),
        changes_(changes),
        lower_(std::move(lower)),
        upper_(ViewKey::behind(lower_)),
        order_(order),
        at_(first(start)) {
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
  std::string_view key() const override { return stands_on_change_ ? key_of_change() : below_->key(); }
  std::string_view plain() const override { return stands_on_change_ ? at_->second.plain : below_->plain(); }
  StoredValue value() const override {
    // Empty when the key was erased while the cursor stood on it.
    return stands_on_change_ ? at_->second.value().value_or(StoredValue{}) : below_->value();
  }

 private:
  using Iterator = Overlay::Changes::const_iterator;

  Iterator first(std::string_view start) const {
    switch (order_) {
      case ScanOrder::ascending:
        return changes_.lower_bound(lower_ + std::string(start));
      case ScanOrder::descending: {
        const auto behind = start.empty() ? (upper_.empty() ? changes_.end() : changes_.lower_bound(upper_))
                                          : changes_.upper_bound(lower_ + std::string(start));
        return behind == changes_.begin() ? changes_.end() : std::prev(behind);
      }
    }
    return changes_.end();
  }
  bool has_change() const { return at_ != changes_.end() && at_->first.starts_with(lower_); }
  std::string_view key_of_change() const { return at_->first.substr(ViewKey::kPrefixBytes); }
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
  /// Stands on the next key that is there, passing over what the overlay hides or erases.
  void settle() {
    for (stands_on_change_ = false; has_change(); step_change()) {
      if (below_->valid()) {
        const auto order = key_of_change().compare(below_->key());
        if (order != 0 && (order > 0) == (order_ == ScanOrder::ascending)) return;
        if (order == 0) below_->next();
      }
      if (at_->second.kind == Overlay::Change::Kind::erase) continue;
      stands_on_change_ = true;
      return;
    }
  }

  std::unique_ptr<ViewCursor> below_;
  const Overlay::Changes& changes_;
  std::string lower_;
  std::string upper_;
  ScanOrder order_;
  Iterator at_;
  bool stands_on_change_ = false;
};

}  // namespace

std::optional<StoredValue> Overlay::Change::value() const {
  switch (kind) {
    case Kind::erase:
      return std::nullopt;
    case Kind::plain:
      return StoredValue{std::string(plain), std::nullopt, std::nullopt};
    case Kind::sealed:
      return StoredValue{std::string(plain), slot, std::string(data)};
    case Kind::data_gone:
      return StoredValue{std::string(plain), slot, std::nullopt};
  }
  return std::nullopt;
}

const Overlay::Change* Overlay::find(PlatformId platform, ViewId view, std::string_view key) const {
  static thread_local std::string whole_key;
  ViewKey::assign(whole_key, platform, view, key);
  const auto it = changes_.find(whole_key);
  return it == changes_.end() ? nullptr : &it->second;
}

std::optional<StoredValue> Overlay::get(PlatformId platform, ViewId view, std::string_view key) const {
  const auto* change = find(platform, view, key);
  return change != nullptr ? change->value() : below_->get(platform, view, key);
}

std::optional<std::string> Overlay::get_plain(PlatformId platform, ViewId view, std::string_view key) const {
  const auto* change = find(platform, view, key);
  if (change == nullptr) return below_->get_plain(platform, view, key);
  return change->kind == Change::Kind::erase ? std::nullopt : std::optional(std::string(change->plain));
}

std::unique_ptr<ViewCursor> Overlay::scan(PlatformId platform, ViewId view, std::string_view prefix,
                                          std::string_view start, ScanOrder order) const {
  return std::make_unique<OverlayCursor>(below_->scan(platform, view, prefix, start, order), changes_,
                                         ViewKey::of(platform, view, prefix), start, order);
}

std::string_view Overlay::kept(std::string_view bytes) {
  if (bytes.empty()) return {};
  auto* copy = static_cast<char*>(arena_.allocate(bytes.size(), 1));
  std::ranges::copy(bytes, copy);
  return {copy, bytes.size()};
}

void Overlay::change(PlatformId platform, ViewId view, std::string_view key, const Change& change) {
  static thread_local std::string whole_key;
  ViewKey::assign(whole_key, platform, view, key);
  const Change mine{change.kind, change.slot, kept(change.plain), kept(change.data)};
  auto at = changes_.lower_bound(whole_key);
  const bool fresh = at == changes_.end() || at->first != whole_key;
  if (fresh) at = changes_.emplace_hint(at, kept(whole_key), Change{});
  if (!save_points_.empty()) undo_.push_back({at, fresh ? std::nullopt : std::optional(at->second)});
  at->second = mine;
}

void Overlay::put(PlatformId platform, ViewId view, std::string_view key, std::string_view plain) {
  change(platform, view, key, {Change::Kind::plain, {}, plain, {}});
}

void Overlay::put_sealed(PlatformId platform, ViewId view, std::string_view key, std::string_view plain, SlotId slot,
                         std::string_view data) {
  if (!keys_.holds(platform, slot)) {
    // Beside the live views commits come late: the subject may have been erased since this one was read.
    if (role_ == ViewsRole::next) return put_erased(platform, view, key, plain, slot);
    throw std::runtime_error("slot " + std::to_string(slot.value) + " of platform " + std::to_string(platform.value) +
                             " holds no key to seal under");
  }
  change(platform, view, key, {Change::Kind::sealed, slot, plain, data});
}

void Overlay::put_erased(PlatformId platform, ViewId view, std::string_view key, std::string_view plain, SlotId slot) {
  change(platform, view, key, {Change::Kind::data_gone, slot, plain, {}});
}

void Overlay::erase(PlatformId platform, ViewId view, std::string_view key) {
  change(platform, view, key, {});
}

void Overlay::roll_back() {
  const auto keep = save_points_.back();
  save_points_.pop_back();
  for (; undo_.size() > keep; undo_.pop_back()) {
    const auto& undo = undo_.back();
    if (undo.before) {
      undo.at->second = *undo.before;
    } else {
      changes_.erase(undo.at);
    }
  }
}

void Overlay::drop_save_point() {
  save_points_.pop_back();
  if (save_points_.empty()) undo_.clear();
}

void Overlay::add_to(rocksdb::WriteBatch& batch, rocksdb::ColumnFamilyHandle* family) const {
  std::string value;
  for (const auto& [key, change] : changes_) {
    value.clear();
    const PlatformId platform{read_big_endian(key)};
    switch (change.kind) {
      case Change::Kind::erase:
        batch.Delete(family, slice(key));
        continue;
      case Change::Kind::plain:
        ValueFormat::append_plain(change.plain, value);
        break;
      case Change::Kind::sealed:
        // Erased since it was put: then the view is as if built without the key.
        if (keys_.holds(platform, change.slot)) {
          ValueFormat::append_sealed(keys_, platform, key, change.plain, change.slot, change.data, value);
        } else {
          ValueFormat::append_erased(change.plain, change.slot, value);
        }
        break;
      case Change::Kind::data_gone:
        ValueFormat::append_erased(change.plain, change.slot, value);
        break;
    }
    batch.Put(family, slice(key), value);
  }
}

void Overlay::clear() {
  changes_.clear();
  undo_.clear();
  save_points_.clear();
  arena_.release();
}

}  // namespace annals
