#include "projections/key_uses.hpp"

#include <mutex>

#include "projections/pack.hpp"
#include "projections/view_ids.hpp"
#include "projections/view_keys.hpp"

namespace annals {
namespace {

std::int64_t minute_of(Timestamp at) {
  return std::chrono::floor<std::chrono::minutes>(at).time_since_epoch().count();
}

Timestamp time_of(std::int64_t minute) {
  return Timestamp(std::chrono::minutes(minute));
}

}  // namespace

void KeyUse::note(Timestamp now) {
  const auto this_minute = minute_of(now);
  if (minute_.load(std::memory_order_relaxed) < this_minute) minute_.store(this_minute, std::memory_order_relaxed);
}

KeyUse& KeyUses::use_of(PlatformId platform, KeyId key) {
  {
    const std::shared_lock lock(mutex_);
    if (const auto it = uses_.find({platform, key}); it != uses_.end()) return it->second;
  }
  const std::unique_lock lock(mutex_);
  return uses_[{platform, key}];
}

std::optional<Timestamp> KeyUses::last_used(PlatformId platform, KeyId key) const {
  const std::shared_lock lock(mutex_);
  const auto it = uses_.find({platform, key});
  if (it == uses_.end() || it->second.minute_ == 0) return std::nullopt;
  return time_of(it->second.minute_);
}

std::vector<std::pair<KeyId, Timestamp>> KeyUses::saved(const ViewReader& views, PlatformId platform) {
  std::vector<std::pair<KeyId, Timestamp>> uses;
  for (auto at = views.scan(platform, view::key_uses, {}); at->valid(); at->next()) {
    uses.emplace_back(KeyId{read_big_endian(at->key())}, unpack<Timestamp>(at->plain()));
  }
  return uses;
}

void KeyUses::load(const ViewReader& views, std::span<const PlatformId> platforms) {
  for (const auto platform : platforms) {
    for (const auto& [key, at] : saved(views, platform)) {
      const auto minute = minute_of(at);
      auto& use = use_of(platform, key);
      use.saved_minute_ = minute;
      if (use.minute_ < minute) use.minute_ = minute;
    }
  }
}

void KeyUses::forget_saved() {
  const std::shared_lock lock(mutex_);
  for (auto& [key, use] : uses_) use.saved_minute_ = 0;
}

bool KeyUses::save(ByteStore& store) {
  const std::scoped_lock saving(saving_);
  return save_locked(store);
}

bool KeyUses::move_to(ByteStore& next, const std::function<bool()>& show) {
  const std::scoped_lock saving(saving_);
  forget_saved();
  const bool moved = save_locked(next) && show();
  if (!moved) forget_saved();  // where it was saved is of no use
  return moved;
}

bool KeyUses::save_locked(ByteStore& store) {
  const auto changes = store.overlay();
  std::vector<std::pair<KeyUse*, std::int64_t>> written;
  {
    const std::shared_lock lock(mutex_);
    for (auto& [key, use] : uses_) {
      const auto minute = use.minute_.load();
      if (minute == use.saved_minute_) continue;
      changes->put(key.first, view::key_uses, key_of(key.second), pack(time_of(minute)));
      written.emplace_back(&use, minute);
    }
  }
  if (written.empty()) return true;
  if (!store.write(*changes)) return false;
  for (const auto& [use, minute] : written) use->saved_minute_ = minute;
  return true;
}

}  // namespace annals
