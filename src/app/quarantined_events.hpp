#pragma once

#include <string>
#include <string_view>

#include "core/sealing.hpp"
#include "storage/commit_log.hpp"

namespace annals {

/// Why the commit cannot be decoded, as this program finds it; empty: it can, by now.
std::string why_undecodable(const CommitRecord& record, const Sealer& sealer);

/// What `replay` and the feed show in the place of an event in quarantine:
/// {position, platform, platform_key, quarantined: true, why, hash}.
std::string quarantined_event_json(const CommitRecord& record, Position position, std::string_view platform_key,
                                   const Sealer& sealer);

}  // namespace annals
