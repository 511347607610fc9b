#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "storage/store.hpp"

namespace annals {

using UpkeepProgress = std::function<void(std::string_view what, std::uint64_t done, std::uint64_t of)>;

/// Before serving: finishes a rebuild that was interrupted, and applies what the views do not hold yet. The error is a
/// sentence; throws LogDamage at a commit that cannot be understood.
std::expected<void, std::string> make_views_whole(Store& store, const UpkeepProgress& progress);

}  // namespace annals
