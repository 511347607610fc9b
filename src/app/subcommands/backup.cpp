#include "app/subcommands/backup.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "app/backing_up.hpp"
#include "app/commit_group.hpp"
#include "app/exit_codes.hpp"
#include "app/progress.hpp"
#include "app/subcommands/version.hpp"

namespace annals {
namespace {

int exists_already(const std::string& file) {
  return fail(kWrongUsage, fmt::format("{} is there already; a backup replaces no file. Name another.", file));
}

void report(const BackupManifest& manifest, const BackupWriter& writer, const std::string& file) {
  fmt::print("backed up {} events of {} platforms to {}: {} bytes, hash {}\n", manifest.events(),
             manifest.platforms.size(), file, writer.bytes(), to_hex(as_view(writer.hash())));
  fmt::print("{}\n", manifest.has_master_key
                         ? "The master key is in it: keep it as safe as the data directory."
                         : "The master key is not in it: keep the one that you gave, nothing can be read without it.");
}

}  // namespace

int backup(const Config& config, const BackupArguments& arguments) {
  if (arguments.out.empty()) return fail(kWrongUsage, "--out is missing: name the file to write.");
  std::error_code error;
  if (std::filesystem::exists(arguments.out, error)) return exists_already(arguments.out);
  auto opened = Store::open_beside(config.store_options());
  if (!opened) return fail(opened.error());
  Store& store = **opened;
  const PlatformKeys keys(store);
  const BackupOrder order{config.data, config.master_key.has_value(), format_timestamp(DecisionSources{}.clock()),
                          std::string(version_number())};
  try {
    BackupWriter writer(arguments.out);
    Progress progress("backing up");
    const auto manifest = BackingUp(store, order, writer, [&](std::uint64_t done, std::uint64_t of) {
                            progress.show(done, of);
                          }).run(keys);
    if (!manifest) return fail(manifest.error());
    if (!writer.finish()) return exists_already(arguments.out);
    report(*manifest, writer, arguments.out);
    return kDone;
  } catch (const LogDamage& damage) {
    return fail(damage, keys.of(damage.platform));
  } catch (const std::system_error& refusal) {
    const bool bad_path = refusal.code() == std::errc::no_such_file_or_directory ||
                          refusal.code() == std::errc::not_a_directory ||
                          refusal.code() == std::errc::permission_denied;
    return fail(bad_path ? kWrongUsage : kUnusableData, fmt::format("{}.", refusal.what()));
  }
}

}  // namespace annals
