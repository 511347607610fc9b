#pragma once

#include <functional>
#include <string_view>

#include "events/commit.hpp"
#include "storage/commit_log.hpp"

/// Commits read without any key: for what stands in them in the clear.
namespace annals {

/// Gets each slot that a commit names, with the stream of the event that names it.
using SlotNamed = std::function<void(SlotId slot, std::string_view stream)>;

/// As if every subject had been erased. Throws DecodeError.
Commit read_blindly(std::string_view record, const SlotNamed& slot_named = {});
/// Of one in quarantine the frame alone.
Commit read_blindly(const CommitRecord& record);

}  // namespace annals
