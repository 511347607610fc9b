#pragma once

#include <map>
#include <string>
#include <utility>

#include "storage/byte_store.hpp"

namespace annals {

/// Views of a few records in memory, on top of nothing and never written: where a past is made anew.
class ScratchChanges : public ViewChanges {
 public:
  std::optional<StoredValue> get(PlatformId platform, ViewId view, std::string_view key) const override;
  std::optional<std::string> get_plain(PlatformId platform, ViewId view, std::string_view key) const override;
  std::unique_ptr<ViewCursor> scan(PlatformId platform, ViewId view, std::string_view prefix, std::string_view start,
                                   ScanOrder order) const override;
  void put(PlatformId platform, ViewId view, std::string_view key, std::string_view plain) override;
  void put_sealed(PlatformId platform, ViewId view, std::string_view key, std::string_view plain, SlotId slot,
                  std::string_view data) override;
  void put_erased(PlatformId platform, ViewId view, std::string_view key, std::string_view plain, SlotId slot) override;
  void erase(PlatformId platform, ViewId view, std::string_view key) override;

 private:
  using Keys = std::map<std::string, StoredValue, std::less<>>;
  const Keys* keys_of(PlatformId platform, ViewId view) const;

  std::map<std::pair<PlatformId, ViewId>, Keys> views_;
};

}  // namespace annals
