#include "storage/view_portion.hpp"

#include <algorithm>
#include <new>
#include <type_traits>

namespace annals {

char* ByteArena::take(std::size_t count) {
  constexpr std::size_t kAlignment = alignof(std::max_align_t);
  count = (count + kAlignment - 1) / kAlignment * kAlignment;
  if (count > room_) {
    room_ = std::max(count, kBlockBytes);
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(room_));
    block_end_ = blocks_.back().get() + room_;
  }
  auto* bytes = block_end_ - room_;
  room_ -= count;
  taken_ += count;
  return bytes;
}

std::string_view ByteArena::keep(std::string_view bytes) {
  auto* kept = take(bytes.size());
  std::ranges::copy(bytes, kept);
  return {kept, bytes.size()};
}

std::optional<StoredValue> ViewPortion::Change::value() const {
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

const ViewPortion::Change* ViewPortion::View::find(std::string_view key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : found->second;
}

ViewPortion::Change& ViewPortion::View::at(std::string_view key, ByteArena& arena) {
  if (const auto found = by_key_.find(key); found != by_key_.end()) return *found->second;
  static_assert(std::is_trivially_destructible_v<Change>);
  auto* change = new (arena.take(sizeof(Change))) Change;
  change->key = arena.keep(key);
  by_key_.emplace(change->key, change);
  changes_.push_back(change);
  if (order_) order_->emplace(change->key, change);
  return *change;
}

const ViewPortion::Order& ViewPortion::View::order() {
  if (!order_) {
    order_.emplace();
    for (const auto* change : changes_) order_->emplace(change->key, change);
  }
  return *order_;
}

void ViewPortion::change(PlatformId platform, ViewId view, std::string_view key, const Change& with) {
  auto& change = views_[{platform, view}].at(key, arena_);
  // What is overwritten again and again, a count for example, takes no more room each time.
  const auto room = change.plain.size() + change.data.size();
  const auto needed = with.plain.size() + with.data.size();
  auto* bytes = needed <= room ? const_cast<char*>(change.plain.data()) : arena_.take(needed);
  std::ranges::copy(with.plain, bytes);
  std::ranges::copy(with.data, bytes + with.plain.size());
  change.kind = with.kind;
  change.slot = with.slot;
  change.plain = {bytes, with.plain.size()};
  change.data = {bytes + with.plain.size(), with.data.size()};
}

const ViewPortion::Change* ViewPortion::find(PlatformId platform, ViewId view, std::string_view key) const {
  const auto found = views_.find({platform, view});
  return found == views_.end() ? nullptr : found->second.find(key);
}

ViewPortion::View* ViewPortion::view(PlatformId platform, ViewId view) {
  const auto found = views_.find({platform, view});
  return found == views_.end() ? nullptr : &found->second;
}

}  // namespace annals
