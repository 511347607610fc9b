#include "app/subcommands/snapshot.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <optional>
#include <system_error>

#include "app/commit_group.hpp"
#include "app/exit_codes.hpp"
#include "app/platform_keys.hpp"
#include "app/progress.hpp"
#include "app/projection_upkeep.hpp"
#include "app/scratch_directory.hpp"
#include "app/sibling_directory.hpp"
#include "app/snapshots/diff.hpp"
#include "app/snapshots/taking.hpp"
#include "app/stop_signals.hpp"
#include "app/subcommands/version.hpp"

namespace annals {
namespace {

namespace fs = std::filesystem;

constexpr int kInterrupted = 130;  // as a shell says of one that SIGINT has ended
constexpr auto kReaderPatience = std::chrono::hours(1);

/// Thrown out of the writing when a signal asks to stop.
struct Interrupted {};

/// An open store with a platform in it.
struct Source {
  Store& store;
  const PlatformKeys& keys;
  PlatformId platform;
  const StopSignals& signals;
};

SnapshotManifest take(const Source& source, SnapshotFormat format, std::optional<Position> at,
                      const fs::path& directory) {
  const SnapshotOrder order{source.platform, source.keys.of(source.platform), format, DecisionSources{}.clock(),
                            std::string(version_number())};
  std::optional<Progress> progress;
  std::string_view doing;
  const auto showing = [&](std::string_view what, std::string_view unit) {
    return [&progress, &doing, &source, what, unit](std::uint64_t done, std::uint64_t of) {
      if (source.signals.requested()) throw Interrupted();
      if (doing != what) progress.emplace(std::string(doing = what), std::string(unit));
      progress->show(done, of);
    };
  };
  const auto writing = showing("writing the snapshot", "records");
  const auto& views = source.store.views().latest();  // a store that is opened beside a server stands still
  if (!at || *at == applied_position(source.platform, views)) {
    return take_snapshot(source.store, order, views, directory, writing);
  }
  return take_past_snapshot(source.store, order, *at, directory, {showing("rebuilding the past", "events"), writing});
}

/// The operator's path, or the disk.
int file_failure(const std::system_error& refusal) {
  const auto& why = refusal.code();
  const bool bad_path = why == std::errc::no_such_file_or_directory || why == std::errc::not_a_directory ||
                        why == std::errc::permission_denied || why == std::errc::directory_not_empty;
  return fail(bad_path ? kWrongUsage : kUnusableData, fmt::format("{}.", refusal.what()));
}

/// Opens the data directory beside whoever serves it, and says what goes wrong with it.
int with_source(const Config& config, const std::string& platform_key,
                const std::function<int(const Source& source)>& work) {
  const StopSignals signals(kReaderPatience);
  auto opened = Store::open_beside(config.store_options());
  if (!opened) return fail(opened.error());
  const PlatformKeys keys(**opened);
  const auto platform = keys.with_key(platform_key);
  if (!platform || *platform == kSystemPlatform) {
    return fail(kWrongUsage, fmt::format("there is no platform \"{}\" with records in {}; it has {}.", platform_key,
                                         config.data.string(), keys.listed()));
  }
  if (const auto shortage = views_fall_short(**opened, keys)) return fail(kUnusableData, *shortage);
  try {
    return work({**opened, keys, *platform, signals});
  } catch (const Interrupted&) {
    return fail(kInterrupted, "interrupted; nothing was written.");
  } catch (const LogDamage& damage) {
    return fail(damage, keys.of(damage.platform));
  } catch (const std::system_error& refusal) {
    return file_failure(refusal);
  }
}

bool may_become(const fs::path& out) {
  return !fs::exists(out) || (fs::is_directory(out) && fs::is_empty(out));
}

std::uint64_t rows_of(const SnapshotManifest& manifest, TableId table) {
  return manifest.counts[static_cast<std::size_t>(table)].second;
}

int write_snapshot(const Source& source, SnapshotFormat format, std::optional<Position> at, const fs::path& out) {
  SiblingDirectory directory(out, "writing");
  const auto manifest = take(source, format, at, directory.path());
  directory.take_its_place();
  fmt::print("{}: {} persons, {} organizations and {} invitations as of position {} in {}\n", manifest.platform_key,
             rows_of(manifest, TableId::persons), rows_of(manifest, TableId::organizations),
             rows_of(manifest, TableId::invitations), manifest.head.position.value, out.string());
  return kDone;
}

/// Nobody reads standard output any more, or it cannot be written.
struct OutputEnded {};

void print_line(std::string line) {
  line += '\n';
  if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size()) throw OutputEnded();
}

int print_differences(const fs::path& from, const fs::path& to, bool summary, const StopSignals& signals) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    const auto differences = diff_snapshots(from, to, [&](std::string change) {
      if (signals.requested()) throw Interrupted();
      if (!summary) print_line(std::move(change));
    });
    for (const auto& table : differences) print_line(table.json());
    if (std::fflush(stdout) != 0) throw OutputEnded();
    return kDone;
  } catch (const Interrupted&) {
    return fail(kInterrupted, "interrupted; what was printed is not complete.");
  } catch (const OutputEnded&) {
    if (errno == EPIPE) return kDone;
    return fail(kUnusableData, "standard output cannot be written to; what was printed is not complete.");
  }
}

int diff_directories(const SnapshotDiffArguments& arguments) {
  const auto from = comparable_snapshot(arguments.from);
  if (!from) return fail(kWrongUsage, from.error());
  const auto to = comparable_snapshot(arguments.to);
  if (!to) return fail(kWrongUsage, to.error());
  if (from->platform_key != to->platform_key) {
    return fail(kWrongUsage, fmt::format("{} is of platform {}, {} of platform {}; only snapshots of one platform can "
                                         "be compared.",
                                         arguments.from, from->platform_key, arguments.to, to->platform_key));
  }
  const StopSignals signals(kReaderPatience);
  return print_differences(arguments.from, arguments.to, arguments.summary, signals);
}

std::optional<Position> position_named(const std::string& text) {
  Position position;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), position.value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(position) : std::nullopt;
}

int diff_positions(const Source& source, Position from, Position to, bool summary) {
  const ScratchDirectory scratch;
  if (scratch.path().empty()) {
    return fail(kUnusableData, "no scratch directory can be made under the system's temporary one; check TMPDIR.");
  }
  const auto old_state = scratch.path() / "from";
  const auto new_state = scratch.path() / "to";
  for (const auto& [position, directory] : {std::pair(from, old_state), std::pair(to, new_state)}) {
    const auto whole = whole_position(source.store, source.platform, position);
    if (!whole) return fail(kWrongUsage, fmt::format("position {}: {}", position.value, whole.error()));
    fs::create_directory(directory);
    take(source, SnapshotFormat::sqlite, *whole, directory);
  }
  return print_differences(old_state, new_state, summary, source.signals);
}

}  // namespace

int snapshot(const Config& config, const SnapshotArguments& arguments) {
  if (arguments.out.empty()) return fail(kWrongUsage, "--out is missing: name the directory to write.");
  if (!may_become(arguments.out)) {
    return fail(kWrongUsage,
                fmt::format("{} is not empty; a snapshot replaces nothing. Name another directory.", arguments.out));
  }
  return with_source(config, arguments.platform, [&](const Source& source) {
    std::optional<Position> at;
    if (arguments.at) {
      const auto whole = whole_position(source.store, source.platform, Position{*arguments.at});
      if (!whole) return fail(kWrongUsage, fmt::format("--at {}: {}", *arguments.at, whole.error()));
      at = *whole;
    }
    return write_snapshot(source, arguments.format, at, arguments.out);
  });
}

int snapshot_diff(const Config& config, const SnapshotDiffArguments& arguments) {
  const auto from = position_named(arguments.from);
  const auto to = position_named(arguments.to);
  if (!from || !to) return diff_directories(arguments);
  return with_source(config, arguments.platform,
                     [&](const Source& source) { return diff_positions(source, *from, *to, arguments.summary); });
}

}  // namespace annals
