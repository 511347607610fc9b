#include "projections/following.hpp"

#include "projections/commit_reading.hpp"
#include "projections/refill.hpp"

namespace annals {
namespace {

constexpr std::size_t kCommitsAtOnce = 64;
constexpr std::size_t kBytesAtOnce = 1u << 20;

}  // namespace

std::uint64_t follow(const CommitLog& log, ByteStore& views, LiveProjections& tables, const Sealer& sealer,
                     const Digester& digester) {
  std::uint64_t events = 0;
  for (const auto& stretch : unapplied(log, views.latest())) {
    if (stretch.events() == 0) continue;
    const auto cursor = log.read(stretch.platform, stretch.from);
    for (Position reached; reached < stretch.until;) {
      std::vector<Commit> commits;
      const auto changes = views.overlay();
      for (std::size_t bytes = 0; reached < stretch.until && bytes < kBytesAtOnce && commits.size() < kCommitsAtOnce;) {
        const auto record = cursor->next();
        if (!record) throw LogDamage(stretch.platform, Position{reached.value + 1}, "it is not there");
        commits.push_back(read_commit(*record, sealer));
        apply(commits.back(), *changes, digester);
        bytes += record->bytes.size();
        reached = record->frame.last();
      }
      require_written(views.write(*changes));
      std::vector<const Commit*> published;
      for (const auto& commit : commits) published.push_back(&commit);
      tables.publish(published);
    }
    events += stretch.events();
  }
  return events;
}

}  // namespace annals
