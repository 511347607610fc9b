#include "app/projection_upkeep.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <stdexcept>

#include "projections/key_uses.hpp"
#include "projections/projections.hpp"

namespace annals {
namespace {

/// The table beside the projections that no log brings back; empty when it cannot be read.
void load_key_uses(Store& store, KeyUses& uses) {
  try {
    uses.load(store.views().latest(), store.log().platforms());
  } catch (const std::exception& error) {
    spdlog::warn("when keys were last used cannot be read and is forgotten: {}", error.what());
  }
}

void reshape(Store& store, const RebuildProgress& progress) {
  if (in_other_shape(store.views())) {
    spdlog::info("the views were written by another version of annals; they are rebuilt from the log");
  } else if (passes_over_others(store.log(), store.views().latest(), store.quarantine())) {
    spdlog::info("other commits are in quarantine than the views have passed over; they are rebuilt from the log");
  } else {
    return;
  }
  rebuild_everything(store, progress);
}

}  // namespace

std::expected<void, std::string> make_views_whole(Store& store, const UpkeepProgress& progress) {
  const auto tell = [&progress](std::string_view what) {
    return [&progress, what](std::uint64_t done, std::uint64_t of) { progress(what, done, of); };
  };
  try {
    finish_rebuild(store.log(), store.views(), store.sealer(), store.digester(), tell("finishing a rebuild"));
    reshape(store, tell("rebuilding the views"));
    catch_up(store.log(), store.views(), store.sealer(), store.digester(), tell("catching up with the log"));
  } catch (const LogDamage&) {
    throw;
  } catch (const std::runtime_error& error) {
    return std::unexpected(
        fmt::format("the projections could not be brought up to date ({}). Make room on the disk, "
                    "then start again.",
                    error.what()));
  }
  return {};
}

void rebuild_everything(Store& store, const RebuildProgress& progress) {
  KeyUses uses;
  load_key_uses(store, uses);
  if (!store.drop_views()) throw std::runtime_error("the views cannot be dropped: the store refuses writes");
  rebuild(store.log(), store.views(), store.sealer(), store.digester(), std::nullopt, progress);
  uses.forget_saved();
  uses.save(store.views());
}

std::optional<std::string> views_fall_short(Store& store, const PlatformKeys& keys) {
  constexpr std::string_view kCure = "`annals verify` checks the log, `annals rebuild` sets the views right.";
  if (in_other_shape(store.views())) {
    return fmt::format("the views were written by another version of annals; {}", kCure);
  }
  if (passes_over_others(store.log(), store.views().latest(), store.quarantine())) {
    return fmt::format("other commits are in quarantine than the views have passed over; {}", kCure);
  }
  for (const auto platform : store.log().platforms()) {
    if (applied_position(platform, store.views().latest()) < store.log().head(platform).position) {
      return fmt::format("the views of {} do not hold what its log holds; {}", keys.of(platform), kCure);
    }
  }
  return std::nullopt;
}

}  // namespace annals
