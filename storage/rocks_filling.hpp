#pragma once

#include <future>
#include <memory>
#include <string>

#include "storage/portion_writer.hpp"
#include "storage/view_portion.hpp"

namespace annals {

/// Two portions on top of the store: one that changes, and the one before it on its way into the store.
class RocksFilling : public ViewFilling {
 public:
  /// Does not own its arguments; `below` reads the store's latest state.
  RocksFilling(EngineGate& gate, ViewsRole role, const ViewReader& below, const KeyStore& keys,
               const std::atomic<bool>& refuses, std::size_t portion_bytes)
      : portion_bytes_(portion_bytes), writer_(gate, role, keys, refuses), changes_(*this, below) {}

  ViewChanges& changes() override { return changes_; }
  bool step() override;
  bool finish() override;

 private:
  class Changes : public ViewChanges {
   public:
    Changes(RocksFilling& filling, const ViewReader& below) : filling_(filling), below_(below) {}
    std::optional<StoredValue> get(PlatformId platform, ViewId view, std::string_view key) const override;
    std::optional<std::string> get_plain(PlatformId platform, ViewId view, std::string_view key) const override;
    std::unique_ptr<ViewCursor> scan(PlatformId platform, ViewId view, std::string_view prefix, std::string_view start,
                                     ScanOrder order) const override;
    void put(PlatformId platform, ViewId view, std::string_view key, std::string_view plain) override;
    void put_sealed(PlatformId platform, ViewId view, std::string_view key, std::string_view plain, SlotId slot,
                    std::string_view data) override;
    void put_erased(PlatformId platform, ViewId view, std::string_view key, std::string_view plain,
                    SlotId slot) override;
    void erase(PlatformId platform, ViewId view, std::string_view key) override;

   private:
    const ViewPortion::Change* find(PlatformId platform, ViewId view, std::string_view key) const;
    RocksFilling& filling_;
    const ViewReader& below_;
  };

  /// Waits for the portion before.
  bool hand_over();
  bool wait();

  const std::size_t portion_bytes_;
  PortionWriter writer_;
  std::unique_ptr<ViewPortion> current_ = std::make_unique<ViewPortion>();
  std::unique_ptr<ViewPortion> before_;  ///< also when it is in the store, until the next one goes there
  std::future<bool> written_;            ///< of `before_`; ends before it
  Changes changes_;
};

}  // namespace annals
