#include "app/subcommands/check.hpp"

#include <fmt/format.h>

#include <string>

#include "app/exit_codes.hpp"
#include "app/platform_keys.hpp"
#include "app/progress.hpp"
#include "app/projection_upkeep.hpp"
#include "app/scratch_directory.hpp"
#include "projections/rebuild.hpp"
#include "storage/scratch_views.hpp"

namespace annals {
namespace {

int report(const Checked& checked, const PlatformKeys& keys, std::uint64_t events) {
  if (checked.differences.empty()) {
    fmt::print("checked {} events against {} records of {} projections: the projections say what the log says\n",
               events, checked.records, all_projections().size());
    return kDone;
  }
  for (const auto& difference : checked.differences) {
    fmt::print("{}: {} {}: {}\n", keys.of(difference.platform), difference.projection, difference.record,
               difference.what);
  }
  return fail(kCheckFailed, fmt::format("{} records differ from what the log says; `annals rebuild` sets them right.",
                                        checked.differences.size()));
}

}  // namespace

int check(const Config& config) {
  auto opened = Store::open_beside(config.store_options());
  if (!opened) return fail(opened.error());
  Store& store = **opened;
  const PlatformKeys keys(store);
  if (in_other_shape(store.views())) return fail(kUnusableData, *views_fall_short(store, keys));
  const ScratchDirectory directory;
  if (directory.path().empty()) {
    return fail(kUnusableData, "no scratch directory can be made under the system's temporary one; check TMPDIR.");
  }
  auto scratch = open_scratch_views(store, directory.path() / "views");
  if (!scratch) return fail(scratch.error());
  std::uint64_t events = 0;
  try {
    Progress progress("checking");
    const auto checked = annals::check(store.log(), store.views(), **scratch, store.sealer(), store.digester(),
                                       [&](std::uint64_t done, std::uint64_t of) {
                                         events = of;
                                         progress.show(done, of);
                                       });
    return report(checked, keys, events);
  } catch (const LogDamage& damage) {
    return fail(damage, keys.of(damage.platform));
  }
}

}  // namespace annals
