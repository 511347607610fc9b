#pragma once

#include "core/sealing.hpp"
#include "events/commit.hpp"
#include "storage/commit_log.hpp"

namespace annals {

/// What the record says; of one in quarantine the frame alone. Throws UndecodableCommit.
Commit read_commit(const CommitRecord& record, const Sealer& sealer);

}  // namespace annals
