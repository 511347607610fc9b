#include "app/subcommands/rekey.hpp"

#include <fmt/format.h>

#include "app/exit_codes.hpp"
#include "app/master_key.hpp"
#include "app/progress.hpp"
#include "storage/rekey.hpp"

namespace annals {

int rekey(const Config& config, const RekeyArguments& arguments) {
  if (arguments.new_master_key_file.empty() != arguments.generate) {
    return fail(kWrongUsage, "name the new master key with --new-master-key-file, or have one made with --generate.");
  }
  std::optional<Key> given;
  if (!arguments.generate) {
    const auto key = read_key_file(arguments.new_master_key_file);
    if (!key) {
      return fail(kWrongUsage,
                  fmt::format("--new-master-key-file: {} {}.", arguments.new_master_key_file, key.error()));
    }
    given = *key;
  }
  Progress progress("rekeying", "keys");
  const auto rekeyed = annals::rekey(config.store_options(), given,
                                     [&](std::uint64_t done, std::uint64_t of) { progress.show(done, of); });
  if (!rekeyed) return fail(rekeyed.error());
  fmt::print(
      "{} keys are under the new master key; {}\n", rekeyed->slots,
      given ? "serve with it from now on, and keep it: nothing can be read without it" : "it is in the data directory");
  if (rekeyed->damaged > 0) fmt::print("{} damaged keys were left as they are\n", rekeyed->damaged);
  return kDone;
}

}  // namespace annals
