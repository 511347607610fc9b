#include "app/restoring_erasures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "app/commit_group.hpp"
#include "app/erasing.hpp"
#include "app/server_caller.hpp"
#include "core/crypto.hpp"

namespace annals {
namespace {

constexpr std::size_t kErasuresPerGroup = 256;

std::string reason_of(const NotedErasure& erasure) {
  const auto when = erasure.erased_at ? "at " + format_timestamp(*erasure.erased_at) : "after the backup was made";
  return fmt::format("Erased {}; said again when this log was restored from the backup.", when);
}

Submission erasing(const NotedErasure& erasure, CorrelationId correlation) {
  return {.platform = erasure.platform,
          .command = ErasePerson{erasure.person, reason_of(erasure), {}},
          .caller = the_server(erasure.platform),
          .precondition = {},
          .idempotency = {},
          .correlation = correlation,
          .done = {}};
}

}  // namespace

bool erase_again(Store& store, const std::filesystem::path& directory, std::span<const NotedErasure> erasures) {
  LogTails tails(store);
  DryRunSlots dry_run_slots(store);
  const DecisionSources sources;
  const CorrelationId correlation(random_uuid());
  Erasing carrying_out(store, ErasureList(directory));
  while (!erasures.empty()) {
    const auto some = erasures.first(std::min(kErasuresPerGroup, erasures.size()));
    erasures = erasures.subspan(some.size());
    CommitGroup group(store, tails, dry_run_slots, sources);
    for (const auto& erasure : some) {
      const auto answer = group.add(erasing(erasure, correlation)).answer;
      const bool known_already = !answer && answer.error().code == ProblemCode::not_found;
      if (!known_already && (!answer || answer->status >= 500)) throw std::runtime_error("an erasure cannot be noted");
    }
    if (group.empty()) continue;
    if (group.append() != AppendStatus::appended || !carrying_out.carry_out(group.commits())) return false;
  }
  return true;
}

}  // namespace annals
