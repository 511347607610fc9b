#include "projections/record_scan.hpp"

#include <algorithm>
#include <numeric>

#include "projections/view_keys.hpp"

namespace annals {
namespace {

/// Passing over a record costs about a fourth of finding one by its key.
constexpr std::uint64_t kRowsPassed = 4;

std::uint32_t ordinal_in(std::string_view key) {
  std::uint32_t ordinal = 0;
  for (const char byte : key) ordinal = ordinal << 8 | static_cast<std::uint8_t>(byte);
  return ordinal;
}

using Seen = std::function<void(std::size_t, StoredValue)>;

}  // namespace

void read_records(const ViewReader& views, PlatformId platform, ViewId view, const std::vector<std::uint32_t>& ordinals,
                  const Seen& seen) {
  if (ordinals.empty()) return;
  std::vector<std::size_t> newest_first(ordinals.size());
  std::iota(newest_first.begin(), newest_first.end(), 0);
  const auto newer = [&](std::size_t left, std::size_t right) { return ordinals[left] > ordinals[right]; };
  if (!std::is_sorted(newest_first.begin(), newest_first.end(), newer)) {
    std::sort(newest_first.begin(), newest_first.end(), newer);
  }
  const std::uint64_t span = ordinals[newest_first.front()] - ordinals[newest_first.back()];
  if (span >= kRowsPassed * ordinals.size()) {
    for (const auto index : newest_first) {
      if (auto record = views.get(platform, view, key_of(Ordinal{ordinals[index]}))) seen(index, std::move(*record));
    }
    return;
  }
  const auto start = key_of(Ordinal{ordinals[newest_first.front()]});
  auto at = views.scan(platform, view, {}, start, ScanOrder::descending);
  for (const auto index : newest_first) {
    while (at->valid() && ordinal_in(at->key()) > ordinals[index]) at->next();
    if (!at->valid()) return;
    if (ordinal_in(at->key()) == ordinals[index]) seen(index, at->value());
  }
}

}  // namespace annals
