#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <utility>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"
#include "storage/byte_store.hpp"

namespace annals {

/// When one API key was last used.
class KeyUse {
 public:
  void note(Timestamp now);  ///< any thread; writes only when a minute has begun since

 private:
  friend class KeyUses;
  std::atomic<std::int64_t> minute_ = 0;  ///< since 1970
  std::atomic<std::int64_t> saved_minute_ = 0;
};

/// When each API key was last used, to the minute. A side table: no event tells of it, no rebuild brings it back, and
/// what was not saved when the program was killed is lost. Thread-safe.
class KeyUses {
 public:
  /// Where the key's uses are to be noted; stays there.
  KeyUse& use_of(PlatformId platform, KeyId key);
  std::optional<Timestamp> last_used(PlatformId platform, KeyId key) const;

  /// What stands in the views.
  static std::vector<std::pair<KeyId, Timestamp>> saved(const ViewReader& views, PlatformId platform);
  /// Takes what was saved before; a use noted meanwhile stays.
  void load(const ViewReader& views, std::span<const PlatformId> platforms);
  /// Writes what has changed since the last saving. False when the store refuses; it is kept for the next time.
  bool save(ByteStore& store);
  /// What was saved is gone: the next saving writes everything.
  void forget_saved();
  /// Saves everything in `next`, which then becomes the place to save in by `show`. False when the one or the other
  /// refuses.
  bool move_to(ByteStore& next, const std::function<bool()>& show);

 private:
  bool save_locked(ByteStore& store);

  using Uses = std::map<std::pair<PlatformId, KeyId>, KeyUse>;

  std::mutex saving_;
  mutable std::shared_mutex mutex_;  // of the map; its entries stay where they are
  Uses uses_;
};

}  // namespace annals
