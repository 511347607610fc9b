#pragma once

#include <rocksdb/write_batch.h>

#include <map>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/engine_gate.hpp"
#include "storage/key_store.hpp"
#include "storage/stored_value.hpp"

namespace annals {

/// What a family holds as it stands, or as a snapshot froze it.
class EngineReader : public ViewReader {
 public:
  struct Place {
    rocksdb::ColumnFamilyHandle* views;
    const rocksdb::Snapshot* frozen;
  };

  EngineReader(EngineGate& gate, ViewsRole role, const KeyStore& keys) : gate_(gate), role_(role), keys_(keys) {}
  std::optional<StoredValue> get(PlatformId platform, ViewId view, std::string_view key) const override;
  std::optional<std::string> get_plain(PlatformId platform, ViewId view, std::string_view key) const override;
  std::unique_ptr<ViewCursor> scan(PlatformId platform, ViewId view, std::string_view prefix, std::string_view start,
                                   ScanOrder order) const override;

 protected:
  virtual Place place_in(const Engine& engine) const { return {engine.views(role_), nullptr}; }

 private:
  template <class Read>
  auto with_value(PlatformId platform, ViewId view, std::string_view key, Read read) const;

  EngineGate& gate_;
  const ViewsRole role_;
  const KeyStore& keys_;
};

class SnapshotReader : public EngineReader {
 public:
  SnapshotReader(EngineGate& gate, ViewsRole role, const KeyStore& keys)
      : EngineReader(gate, role, keys), snapshot_(gate, role) {}

 protected:
  Place place_in(const Engine&) const override { return {snapshot_.views(), snapshot_.at()}; }

 private:
  EngineGate::Snapshot snapshot_;
};

/// Changes kept in memory, unsealed, each key's last one only. A cursor may stay open while keys are put and erased
/// (whether it comes upon them is open), but not across roll_back and clear.
class Overlay : public ViewOverlay {
 public:
  /// Its bytes live in the overlay's arena, until clear.
  struct Change {
    enum class Kind { erase, plain, sealed, data_gone } kind = Kind::erase;
    SlotId slot;
    std::string_view plain;
    std::string_view data;
    std::optional<StoredValue> value() const;
  };
  using Changes = std::pmr::map<std::string_view, Change>;

  Overlay(const ViewReader& latest, ViewsRole role, const KeyStore& keys) : Overlay(latest, latest, role, keys) {}
  Overlay(const ViewReader& below, const ViewReader& latest, ViewsRole role, const KeyStore& keys)
      : below_(&below), latest_(latest), role_(role), keys_(keys) {}

  std::optional<StoredValue> get(PlatformId platform, ViewId view, std::string_view key) const override;
  std::optional<std::string> get_plain(PlatformId platform, ViewId view, std::string_view key) const override;
  std::unique_ptr<ViewCursor> scan(PlatformId platform, ViewId view, std::string_view prefix, std::string_view start,
                                   ScanOrder order) const override;

  void put(PlatformId platform, ViewId view, std::string_view key, std::string_view plain) override;
  void put_sealed(PlatformId platform, ViewId view, std::string_view key, std::string_view plain, SlotId slot,
                  std::string_view data) override;
  void put_erased(PlatformId platform, ViewId view, std::string_view key, std::string_view plain, SlotId slot) override;
  void erase(PlatformId platform, ViewId view, std::string_view key) override;
  void set_save_point() override { save_points_.push_back(undo_.size()); }
  void roll_back() override;
  void drop_save_point() override;
  void rest_on_latest() override { below_ = &latest_; }

  bool empty() const { return changes_.empty(); }
  /// Seals what is to be sealed on the way.
  void add_to(rocksdb::WriteBatch& batch, rocksdb::ColumnFamilyHandle* family) const;
  /// What it held has been written: reads find it below now.
  void clear();

 private:
  struct Undo {
    Changes::iterator at;
    std::optional<Change> before;  ///< nullopt: there was no change of this key
  };
  void change(PlatformId platform, ViewId view, std::string_view key, const Change& change);
  const Change* find(PlatformId platform, ViewId view, std::string_view key) const;
  std::string_view kept(std::string_view bytes);  ///< in the arena

  const ViewReader* below_;
  const ViewReader& latest_;
  const ViewsRole role_;
  const KeyStore& keys_;
  std::pmr::monotonic_buffer_resource arena_;
  Changes changes_{&arena_};
  std::vector<Undo> undo_;  ///< since the outermost save point
  std::vector<std::size_t> save_points_;
};

/// The views, or the side tables.
class RocksViews : public ByteStore {
 public:
  /// `sync`: a write is on the disk when it returns.
  RocksViews(EngineGate& gate, ViewsRole role, const KeyStore& keys, const std::atomic<bool>& refuses,
             bool sync = false)
      : gate_(gate), role_(role), keys_(keys), refuses_(refuses), sync_(sync), latest_(gate, role, keys) {}
  const ViewReader& latest() const override { return latest_; }
  std::shared_ptr<const ViewReader> snapshot() const override {
    return std::make_shared<SnapshotReader>(gate_, role_, keys_);
  }
  std::unique_ptr<ViewOverlay> overlay() const override { return std::make_unique<Overlay>(latest_, role_, keys_); }
  std::unique_ptr<ViewOverlay> overlay_on(const ViewOverlay& below) const override {
    return std::make_unique<Overlay>(below, latest_, role_, keys_);
  }
  bool write(ViewOverlay& changes) override;
  std::unique_ptr<ViewFilling> fill(std::size_t portion_bytes) override;  ///< of the views only
  void clear(PlatformId platform, ViewId view) override;

 protected:
  bool takes_writes() const;

 private:
  bool is_empty(PlatformId platform, ViewId view) const;
  template <class Fill>
  bool write(Fill fill);

  EngineGate& gate_;
  const ViewsRole role_;
  const KeyStore& keys_;
  const std::atomic<bool>& refuses_;
  const bool sync_;
  EngineReader latest_;
};

}  // namespace annals
