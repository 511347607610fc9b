#include "app/subcommands/head.hpp"

#include <fmt/format.h>

#include "app/commit_group.hpp"
#include "app/exit_codes.hpp"
#include "app/log_notary.hpp"
#include "app/platform_keys.hpp"

namespace annals {

int head(const Config& config, const HeadArguments& arguments) {
  auto opened = Store::open_beside(config.store_options());
  if (!opened) return fail(opened.error());
  Store& store = **opened;
  const PlatformKeys keys(store);
  const auto only = arguments.platform.empty() ? std::nullopt : keys.with_key(arguments.platform);
  if (!arguments.platform.empty() && !only) {
    return fail(kWrongUsage, fmt::format("there is no platform \"{}\" in {}; it has {}.", arguments.platform,
                                         config.data.string(), keys.listed()));
  }
  // Not the log's own heads: it may be ahead of the disk while a server writes.
  for (const auto& [platform, noted] : store.noted_heads()) {
    if (only && platform != *only) continue;
    try {
      const auto key = keys.of(platform);
      fmt::print("{}\n", signed_head(store, platform, key, noted, DecisionSources{}.clock()).json());
    } catch (const LogDamage& damage) {
      return fail(damage, keys.of(damage.platform));
    }
  }
  return kDone;
}

}  // namespace annals
