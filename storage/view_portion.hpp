#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/byte_store.hpp"

namespace annals {

/// Bytes that live as long as the arena and never move.
class ByteArena {
 public:
  char* take(std::size_t count);
  std::string_view keep(std::string_view bytes);
  std::size_t taken() const { return taken_; }

 private:
  static constexpr std::size_t kBlockBytes = 1u << 20;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* block_end_ = nullptr;  ///< of the last block
  std::size_t room_ = 0;       ///< before it
  std::size_t taken_ = 0;
};

/// A great many changes in memory, unsealed, each key's last one only: found by hashing, put in order when they are
/// scanned or written. One thread changes; when it is done, any number read, but one only scans.
class ViewPortion {
 public:
  struct Change {
    enum class Kind : std::uint8_t { erase, plain, sealed, data_gone } kind = Kind::erase;
    SlotId slot;
    std::string_view key;  ///< without platform and view
    std::string_view plain;
    std::string_view data;
    std::optional<StoredValue> value() const;
  };
  using Order = std::map<std::string_view, const Change*>;

  /// The changes of one view of one platform.
  class View {
   public:
    const Change* find(std::string_view key) const;
    Change& at(std::string_view key, ByteArena& arena);
    /// By key; made when it is first asked for, and kept from then on.
    const Order& order();
    const std::vector<Change*>& in_order_of_arrival() const { return changes_; }

   private:
    boost::unordered_flat_map<std::string_view, Change*> by_key_;
    std::vector<Change*> changes_;
    std::optional<Order> order_;
  };
  using Views = std::map<std::pair<PlatformId, ViewId>, View>;

  /// `with` says all but the key; its bytes are copied.
  void change(PlatformId platform, ViewId view, std::string_view key, const Change& with);
  /// nullptr: nothing is changed there.
  const Change* find(PlatformId platform, ViewId view, std::string_view key) const;
  View* view(PlatformId platform, ViewId view);

  bool empty() const { return views_.empty(); }
  std::size_t bytes() const { return arena_.taken(); }
  const Views& views() const { return views_; }

 private:
  ByteArena arena_;
  Views views_;
};

}  // namespace annals
