#include "app/erasing.hpp"

#include <algorithm>
#include <vector>

#include "projections/erasures.hpp"
#include "projections/records.hpp"

namespace annals {

bool Erasing::carry_out(std::span<const Commit* const> commits) {
  return std::ranges::all_of(commits, [this](const Commit* commit) {
    const auto erased = erasures_in(*commit);
    return erased.empty() || carry_out(commit->header.frame.platform, erased);
  });
}

bool Erasing::complete() {
  ErasureList::Noted noted;
  if (list_) {
    auto found = list_->noted();
    if (!found) return false;
    noted = *std::move(found);
  }
  for (const auto platform : store_.log().platforms()) {
    auto open = erasures(store_.views().latest(), platform);
    std::erase_if(open, [&](const ErasureRow& erasure) { return noted.contains({platform, erasure.person}); });
    if (!open.empty() && !carry_out(platform, open)) return false;
  }
  return true;
}

/// The key first, so that no copy made from then on has the data; what is on the list is done.
bool Erasing::carry_out(PlatformId platform, std::span<const ErasureRow> erasures) {
  for (const auto& erasure : erasures) {
    if (!store_.erase_slot(platform, erasure.slot)) return false;
    for (const auto& record : erasure.records) {
      if (!store_.erase_slot(platform, record.slot)) return false;
    }
  }
  if (forget_copies_ && !forget_copies_(platform)) return false;
  return !list_ || list_->append(platform, erasures);
}

}  // namespace annals
