#include "projections/history/past_views.hpp"

#include <vector>

#include "projections/history/stream_reading.hpp"
#include "projections/refill.hpp"

namespace annals {

Position fill_past_views(const CommitLog& log, PlatformId platform, Position until, ByteStore& scratch,
                         const Sealer& sealer, const Digester& digester, const RebuildProgress& progress) {
  constexpr Position kFirst{1};
  const auto end = whole_commits_until(log, platform, until);
  std::vector<LogStretch> stretches;
  if (platform != kSystemPlatform) {
    stretches.push_back({kSystemPlatform, kFirst, log.head(kSystemPlatform).position});
  }
  stretches.push_back({platform, kFirst, end});
  const ApplyCommit apply_all = [&](const Commit& commit, ViewChanges& views) { apply(commit, views, digester); };
  refill(log, stretches, scratch, sealer, apply_all, progress);
  return end;
}

}  // namespace annals
