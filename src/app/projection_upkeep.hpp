#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "app/platform_keys.hpp"
#include "projections/rebuild.hpp"
#include "storage/store.hpp"

namespace annals {

using UpkeepProgress = std::function<void(std::string_view what, std::uint64_t done, std::uint64_t of)>;

/// Before serving: finishes a rebuild that was interrupted, rebuilds views that another version wrote in another shape,
/// and applies what the views do not hold yet. The error is a sentence; throws LogDamage at a commit that cannot be
/// understood.
std::expected<void, std::string> make_views_whole(Store& store, const UpkeepProgress& progress);

/// Drops every view with its files, whatever state they are in, and fills all anew from the log; what stands beside the
/// projections is kept. Throws LogDamage, and std::runtime_error when the store refuses.
void rebuild_everything(Store& store, const RebuildProgress& progress);

/// Beside a server, or alone without writing: why the views cannot be read for what the log says, as a sentence.
std::optional<std::string> views_fall_short(Store& store, const PlatformKeys& keys);

}  // namespace annals
