#include "app/subcommands/rebuild.hpp"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "app/exit_codes.hpp"
#include "app/platform_keys.hpp"
#include "app/progress.hpp"
#include "app/projection_upkeep.hpp"
#include "app/quarantining.hpp"
#include "projections/rebuild.hpp"

namespace annals {
namespace {

std::string projection_names() {
  std::string all;
  for (const auto& projection : all_projections()) {
    if (!all.empty()) all += ", ";
    all += projection.name;
  }
  return all;
}

}  // namespace

int rebuild(const Config& config, const RebuildArguments& arguments) {
  const bool one = !arguments.projection.empty();
  if (one && !is_projection(arguments.projection)) {
    return fail(kWrongUsage,
                fmt::format("there is no projection \"{}\"; there are {}.", arguments.projection, projection_names()));
  }
  if (holds_nothing(config.data)) {
    return fail(kUnusableData, nothing_in(config.data));
  }
  auto opened = Store::open(config.store_options());
  if (!opened) return fail(opened.error());
  Store& store = **opened;
  std::uint64_t events = 0;
  try {
    if (const auto put = put_in_quarantine(store, config.quarantine); !put) {
      return fail(put.error().exit_code, put.error().sentence);
    }
    Progress progress("rebuilding");
    const RebuildProgress show = [&](std::uint64_t done, std::uint64_t of) {
      events = of;
      progress.show(done, of);
    };
    if (one) {
      annals::rebuild(store.log(), store.views(), store.sealer(), store.digester(), arguments.projection, show);
    } else {
      rebuild_everything(store, show);
    }
  } catch (const LogDamage& damage) {
    return fail(damage, PlatformKeys(store).of(damage.platform));
  }
  fmt::print("rebuilt {} from {} events\n", one ? arguments.projection : "every projection", events);
  return kDone;
}

}  // namespace annals
