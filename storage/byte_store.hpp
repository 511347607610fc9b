#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/ids.hpp"

namespace annals {

/// A view's number; src/projections/view_ids.hpp lists them.
using ViewId = Number<struct ViewTag, std::uint8_t>;

/// What a view keeps under one key: a plain part (ids, enums, numbers, references, times, digests) and, for personal
/// data, a part that the byte store seals under its subject's key.
struct StoredValue {
  std::string plain;
  std::optional<SlotId> slot;       ///< set when a sealed part was put
  std::optional<std::string> data;  ///< the opened sealed part; nullopt when there is none or its key is erased
  bool operator==(const StoredValue&) const = default;
};

/// Keys are bytes within one platform and one view; they sort as bytes do. Never personal data in the clear.
class ViewCursor {
 public:
  virtual ~ViewCursor() = default;
  virtual bool valid() const = 0;
  virtual void next() = 0;
  virtual std::string_view key() const = 0;    ///< without platform and view
  virtual std::string_view plain() const = 0;  ///< costs no opening
  virtual StoredValue value() const = 0;
};

enum class ScanOrder { ascending, descending };

class ViewReader {
 public:
  virtual ~ViewReader() = default;
  virtual std::optional<StoredValue> get(PlatformId platform, ViewId view, std::string_view key) const = 0;
  /// The plain part only; no opening.
  virtual std::optional<std::string> get_plain(PlatformId platform, ViewId view, std::string_view key) const = 0;
  /// All keys that begin with `prefix`; ascending from the first at or after `prefix + start`, or descending from the
  /// last at or before it (an empty `start` means from the very end).
  virtual std::unique_ptr<ViewCursor> scan(PlatformId platform, ViewId view, std::string_view prefix,
                                           std::string_view start = {},
                                           ScanOrder order = ScanOrder::ascending) const = 0;
};

/// Pending changes on top of a reader; reads see them. Written by CommitLog::append or ByteStore::write. One thread
/// changes it; while nobody does, any may read it.
class ViewOverlay : public ViewReader {
 public:
  virtual void put(PlatformId platform, ViewId view, std::string_view key, std::string_view plain) = 0;
  virtual void put_sealed(PlatformId platform, ViewId view, std::string_view key, std::string_view plain, SlotId slot,
                          std::string_view data) = 0;
  /// Like put_sealed, when the data is gone: the slot stays named, the data reads as erased.
  virtual void put_erased(PlatformId platform, ViewId view, std::string_view key, std::string_view plain,
                          SlotId slot) = 0;
  virtual void erase(PlatformId platform, ViewId view, std::string_view key) = 0;
  /// A mark to go back to, for a command whose events could not be applied or encoded. Marks nest as a stack.
  virtual void set_save_point() = 0;
  virtual void roll_back() = 0;
  virtual void drop_save_point() = 0;
  /// What it stands on has been written: from now on it stands on the latest state.
  virtual void rest_on_latest() = 0;
};

/// The views' bytes. Readers are thread-safe.
class ByteStore {
 public:
  virtual ~ByteStore() = default;
  /// The latest state, each call by itself.
  virtual const ViewReader& latest() const = 0;
  /// Frozen as of now; cheap; released with the pointer.
  virtual std::shared_ptr<const ViewReader> snapshot() const = 0;
  virtual std::unique_ptr<ViewOverlay> overlay() const = 0;
  /// On top of changes that may be being written. They outlive it, or it is told to rest on the latest state before.
  virtual std::unique_ptr<ViewOverlay> overlay_on(const ViewOverlay& below) const = 0;
  /// Writes what the overlay holds without a commit (rebuilding, side tables) and empties it. False when the store
  /// refuses.
  virtual bool write(ViewOverlay& changes) = 0;
  /// Drops one view of one platform.
  virtual void clear(PlatformId platform, ViewId view) = 0;
};

}  // namespace annals
