#include "projections/history/scratch_changes.hpp"

#include <algorithm>
#include <vector>

namespace annals {
namespace {

/// Walks over what a scan found when it began.
class FoundCursor : public ViewCursor {
 public:
  using Found = std::vector<std::pair<std::string, StoredValue>>;
  explicit FoundCursor(Found found) : found_(std::move(found)) {}
  bool valid() const override { return at_ < found_.size(); }
  void next() override { ++at_; }
  std::string_view key() const override { return found_.at(at_).first; }
  std::string_view plain() const override { return found_.at(at_).second.plain; }
  StoredValue value() const override { return found_.at(at_).second; }

 private:
  Found found_;
  std::size_t at_ = 0;
};

bool passes(std::string_view rest, std::string_view start, ScanOrder order) {
  if (start.empty()) return true;
  return order == ScanOrder::ascending ? rest >= start : rest <= start;
}

}  // namespace

const ScratchChanges::Keys* ScratchChanges::keys_of(PlatformId platform, ViewId view) const {
  const auto found = views_.find({platform, view});
  return found == views_.end() ? nullptr : &found->second;
}

std::optional<StoredValue> ScratchChanges::get(PlatformId platform, ViewId view, std::string_view key) const {
  const auto* keys = keys_of(platform, view);
  if (keys == nullptr) return std::nullopt;
  const auto found = keys->find(key);
  return found == keys->end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> ScratchChanges::get_plain(PlatformId platform, ViewId view, std::string_view key) const {
  auto found = get(platform, view, key);
  return found ? std::optional(std::move(found->plain)) : std::nullopt;
}

std::unique_ptr<ViewCursor> ScratchChanges::scan(PlatformId platform, ViewId view, std::string_view prefix,
                                                 std::string_view start, ScanOrder order) const {
  FoundCursor::Found found;
  if (const auto* keys = keys_of(platform, view)) {
    for (auto at = keys->lower_bound(prefix); at != keys->end() && at->first.starts_with(prefix); ++at) {
      if (passes(std::string_view(at->first).substr(prefix.size()), start, order)) found.push_back(*at);
    }
  }
  if (order == ScanOrder::descending) std::reverse(found.begin(), found.end());
  return std::make_unique<FoundCursor>(std::move(found));
}

void ScratchChanges::put(PlatformId platform, ViewId view, std::string_view key, std::string_view plain) {
  views_[{platform, view}].insert_or_assign(std::string(key), StoredValue{std::string(plain), {}, {}});
}

void ScratchChanges::put_sealed(PlatformId platform, ViewId view, std::string_view key, std::string_view plain,
                                SlotId slot, std::string_view data) {
  views_[{platform, view}].insert_or_assign(std::string(key), StoredValue{std::string(plain), slot, std::string(data)});
}

void ScratchChanges::put_erased(PlatformId platform, ViewId view, std::string_view key, std::string_view plain,
                                SlotId slot) {
  views_[{platform, view}].insert_or_assign(std::string(key), StoredValue{std::string(plain), slot, {}});
}

void ScratchChanges::erase(PlatformId platform, ViewId view, std::string_view key) {
  auto& keys = views_[{platform, view}];
  if (const auto found = keys.find(key); found != keys.end()) keys.erase(found);
}

}  // namespace annals
