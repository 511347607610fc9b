#include "app/projection_upkeep.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "projections/rebuild.hpp"

namespace annals {

std::expected<void, std::string> make_views_whole(Store& store, const UpkeepProgress& progress) {
  const auto tell = [&progress](std::string_view what) {
    return [&progress, what](std::uint64_t done, std::uint64_t of) { progress(what, done, of); };
  };
  try {
    finish_rebuild(store.log(), store.views(), store.sealer(), store.digester(), tell("finishing a rebuild"));
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

}  // namespace annals
