#include "app/subcommands/restore.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "app/exit_codes.hpp"
#include "app/progress.hpp"
#include "app/restoring.hpp"
#include "app/sibling_directory.hpp"

namespace annals {
namespace {

namespace fs = std::filesystem;

bool holds_something(const fs::path& directory) {
  return fs::exists(directory) && (!fs::is_directory(directory) || !fs::is_empty(directory));
}

int fill(const Config& config, const RestoreArguments& arguments, const std::vector<NotedErasure>& erasures,
         std::istream& file) {
  SiblingDirectory sibling(config.data, "restoring");
  if (const auto begun = begin_restoring(sibling.path()); !begun) return fail(begun.error());
  auto options = config.store_options();
  options.directory = sibling.path();
  std::optional<Progress> progress;
  std::string doing;
  Restoring restoring(file, options, erasures, [&](std::string_view what, std::uint64_t done, std::uint64_t of) {
    if (doing != what) progress.emplace(doing = what);
    progress->show(done, of);
  });
  const auto restored = restoring.run();
  progress.reset();
  if (!restored) return fail(restored.error());
  if (const auto ended = end_restoring(sibling.path()); !ended) return fail(ended.error());
  sibling.take_its_place();
  for (const auto& each : restored->manifest.platforms) {
    fmt::print("{}: restored {} events, head {}\n", each.key, each.head.position.value,
               to_hex(as_view(each.head.hash)));
  }
  if (!arguments.erasures.empty()) {
    fmt::print("of {} erasures, {} were of persons in the backup; their keys are destroyed\n", erasures.size(),
               restored->erased);
  }
  return kDone;
}

}  // namespace

int restore(const Config& config, const RestoreArguments& arguments) {
  if (arguments.from.empty()) return fail(kWrongUsage, "--from is missing: name the backup.");
  std::ifstream file(arguments.from, std::ios::binary);
  if (!file.is_open() || fs::is_directory(arguments.from)) {
    return fail(kWrongUsage, fmt::format("{} cannot be read.", arguments.from));
  }
  std::vector<NotedErasure> erasures;
  if (!arguments.erasures.empty()) {
    auto noted = read_noted_erasures(arguments.erasures);
    if (!noted) return fail(kWrongUsage, noted.error());
    erasures = *std::move(noted);
  }
  if (holds_something(config.data)) {
    return fail(kUnusableData,
                fmt::format("{} is not empty; a restore replaces nothing. Name a directory that is empty "
                            "or does not exist.",
                            config.data.string()));
  }
  try {
    return fill(config, arguments, erasures, file);
  } catch (const BackupDamage& damage) {
    return fail(kCheckFailed, fmt::format("{} is damaged: {}. Nothing was restored.", arguments.from, damage.what()));
  } catch (const NewerBackup& newer) {
    return fail(kUnusableData, fmt::format("{}: {}; use that version or a later one.", arguments.from, newer.what()));
  } catch (const LogDamage& damage) {
    return fail(kUnusableData, fmt::format("{}: of platform {}, {}. Nothing was restored.", arguments.from,
                                           damage.platform.value, damage.what()));
  }
}

}  // namespace annals
