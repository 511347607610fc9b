#include "storage/recovery.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "storage/data_directory.hpp"
#include "storage/problems.hpp"
#include "storage/verifying_cursor.hpp"

namespace annals {
namespace {

/// Left behind when damage showed only after RocksDB had rewritten its own files, where the next start would not meet
/// it again: it then reads everything before it goes on.
constexpr std::string_view kDamageFile = "damage.found";

/// Whether files may not be what they were: RocksDB also says so of a disk that fails at the wrong moment.
bool suggests_damage(const rocksdb::Status& status) {
  return status.IsInvalidArgument() || status.IsNotSupported();
}

StoreProblem corrupt(const Files& files, const std::string& why) {
  return problem(StoreProblem::Kind::corrupt,
                 "The data in " + files.directory().string() + " is damaged (" + why + "); restore it from a backup.");
}

StoreProblem corrupt_at(const Files& files, PlatformId platform, Position position, const std::string& why) {
  auto found =
      problem(StoreProblem::Kind::corrupt, "The data in " + files.directory().string() + " is damaged: of platform " +
                                               std::to_string(platform.value) + ", the commit at position " +
                                               std::to_string(position.value) + " is the first that cannot be used (" +
                                               why + "); restore it from a backup.");
  found.platform = platform;
  found.position = position;
  return found;
}

StoreProblem corrupt_at(const Files& files, const LogDamage& damage) {
  return corrupt_at(files, damage.platform, damage.position, damage.why);
}

/// For damage behind every noted head, in the last records of the write-ahead log.
StoreProblem name_stop(const Files& files, const Engine& engine, const std::string& why) {
  Heads heads;
  try {
    heads = read_heads(engine);
  } catch (const ReadFailure&) {
    return corrupt(files, why);
  } catch (const LogDamage& damage) {
    return corrupt_at(files, damage);
  }
  const auto next = [&](PlatformId platform) { return Position{heads[platform].position.value + 1}; };
  if (engine.wal_watch) {
    const auto stop = engine.wal_watch->stopped_at();
    if (stop && stop->position == next(stop->platform)) return corrupt_at(files, stop->platform, stop->position, why);
  }
  if (heads.size() == 1) return corrupt_at(files, heads.begin()->first, next(heads.begin()->first), why);
  return corrupt(files, why);
}

/// The first damage there is, or `otherwise`; or that the disk does not let it be known.
template <class Otherwise>
StoreProblem first_damage(const Files& files, const Engine& engine, const Heads& required, Otherwise otherwise) {
  try {
    if (const auto damage = find_damage(engine, required)) return corrupt_at(files, *damage);
  } catch (const LogUnreadable& failure) {
    return io_problem(files.path(kDatabaseDirectory), rocksdb::Status::IOError(failure.why));
  }
  return otherwise();
}

/// What a failure to open means, with the first commit that cannot be read, as far as anything can be.
StoreProblem explain(const Files& files, std::size_t block_cache_bytes, const rocksdb::Status& status,
                     const Heads& required) {
  const bool proven = proves_damage(status);
  const auto unusable = [&] { return io_problem(files.path(kDatabaseDirectory), status); };
  if (!proven && !suggests_damage(status)) return unusable();
  const auto why = status.ToString();
  const Engine::Options options{Engine::Mode::salvage, block_cache_bytes, {}};
  for (int attempt = 0; attempt < 3; ++attempt) {  // a server may be at work here
    const auto salvaged = Engine::open(files, options);
    if (!salvaged) continue;
    return first_damage(files, **salvaged, required,
                        [&] { return proven ? name_stop(files, **salvaged, why) : unusable(); });
  }
  if (!proven) return unusable();
  // Nothing can be read at all: then it is the very first commit.
  if (!required.empty()) return corrupt_at(files, required.begin()->first, Position{1}, why);
  return corrupt(files, why);
}

enum class Families { ours, unfinished, newer, unknown };

Families families_of(const Files& files) {
  std::vector<std::string> names;
  rocksdb::DBOptions options;
  options.env = &files.env();
  if (!rocksdb::DB::ListColumnFamilies(options, files.path(kDatabaseDirectory), &names).ok()) return Families::unknown;
  const bool views = std::erase_if(names, [](const auto& name) { return is_views_family(name); }) > 0;
  const std::set<std::string> ours{"default", "log"};
  const std::set<std::string> found(names.begin(), names.end());
  if (!std::includes(ours.begin(), ours.end(), found.begin(), found.end())) return Families::newer;
  return views && found == ours ? Families::ours : Families::unfinished;
}

std::expected<void, StoreProblem> check_format(const Files& files, Engine& engine, const Heads& heads) {
  std::string bytes;
  const rocksdb::Slice key(kFormatKey.data(), kFormatKey.size());
  const auto status = engine.db->Get(rocksdb::ReadOptions(), engine.meta, key, &bytes);
  if (status.ok()) {
    if (bytes.size() != 4) return std::unexpected(corrupt(files, "its format is not a number"));
    const auto format = ByteReader(bytes).u32();
    if (format > kStoreFormat) return std::unexpected(newer_format(files.path(kDatabaseDirectory), format));
    return {};
  }
  if (!status.IsNotFound()) {
    return std::unexpected(proves_damage(status) ? corrupt(files, status.ToString())
                                                 : io_problem(files.path(kDatabaseDirectory), status));
  }
  if (!heads.empty()) return std::unexpected(corrupt(files, "its format is missing"));
  if (!engine.writable) return {};
  ByteWriter(bytes).u32(kStoreFormat);
  rocksdb::WriteOptions durably;
  durably.sync = true;
  const auto written = engine.db->Put(durably, engine.meta, key, bytes);
  if (!written.ok()) return std::unexpected(io_problem(files.path(kDatabaseDirectory), written));
  return {};
}

/// Throws LogDamage.
void verify_tail(const Engine& engine, PlatformId platform, const Heads& heads, const Heads& required) {
  LogExtent extent;
  extent.end = Position{0};
  if (const auto it = heads.find(platform); it != heads.end()) extent.end = it->second.position;
  if (const auto it = required.find(platform); it != required.end()) extent.noted = it->second;
  auto from = extent.noted ? extent.noted->position : *extent.end;
  const auto& replayed = engine.wal_watch->first_replayed();
  if (const auto it = replayed.find(platform); it != replayed.end()) {
    // With the one before it, which was on the disk already.
    from = std::min(from, Position{std::max<std::uint64_t>(it->second.value, 2) - 1});
  }
  VerifyingCursor cursor(engine, platform, from, extent);
  while (cursor.next()) continue;
}

std::expected<Heads, StoreProblem> heads_of(const Files& files, const Engine& engine, const Heads& required) {
  try {
    return read_heads(engine);
  } catch (const ReadFailure& failure) {
    if (!proves_damage(failure.status)) {
      return std::unexpected(io_problem(files.path(kDatabaseDirectory), failure.status));
    }
    return std::unexpected(first_damage(files, engine, required, [&] { return corrupt(files, failure.what()); }));
  } catch (const LogDamage& damage) {
    return std::unexpected(first_damage(files, engine, required, [&] { return corrupt_at(files, damage); }));
  }
}

/// nullopt: every log reaches its required head and verifies from there, or from the first commit, on.
std::optional<StoreProblem> find_fault(const Files& files, const Engine& engine, const Heads& heads,
                                       const Heads& required, bool read_everything) {
  Heads all = heads;
  all.insert(required.begin(), required.end());
  try {
    if (read_everything) {
      if (const auto damage = find_damage(engine, required)) return corrupt_at(files, *damage);
    }
    for (const auto& [platform, head] : all) verify_tail(engine, platform, heads, required);
  } catch (const LogUnreadable& failure) {
    return io_problem(files.path(kDatabaseDirectory), rocksdb::Status::IOError(failure.why));
  } catch (const LogDamage& damage) {
    return corrupt_at(files, damage);
  }
  return std::nullopt;
}

std::expected<Heads, StoreProblem> compare(const Files& files, Engine& engine, const Heads& required,
                                           bool read_everything) {
  auto heads = heads_of(files, engine, required);
  if (!heads) return heads;
  if (auto format = check_format(files, engine, *heads); !format) return std::unexpected(std::move(format.error()));
  if (auto fault = find_fault(files, engine, *heads, required, read_everything)) {
    return std::unexpected(*std::move(fault));
  }
  return heads;
}

std::vector<std::string> unfinished_writes(const Engine& engine) {
  std::vector<std::string> notices;
  for (const auto& [path, bytes] : engine.wal_watch->unfinished()) {
    notices.push_back("cut " + std::to_string(bytes) + " bytes of an unfinished write from the end of " + path);
  }
  return notices;
}

std::set<std::string> write_ahead_logs(const Files& files) {
  std::vector<std::string> names;
  if (!files.env().GetChildren(files.path(kDatabaseDirectory), &names).ok()) return {};
  std::erase_if(names, [](const auto& name) { return !name.ends_with(".log"); });
  return {names.begin(), names.end()};
}

}  // namespace

std::expected<bool, StoreProblem> has_database(const Files& files, const Heads& noted) {
  const auto current = std::string(kDatabaseDirectory) + "/CURRENT";
  const auto status = files.look_for(current);
  if (status.ok()) return true;
  if (!is_missing(status)) return std::unexpected(io_problem(files.path(current), status));
  const auto why = files.path(current) + " is missing";
  if (!noted.empty()) return std::unexpected(corrupt_at(files, noted.begin()->first, Position{1}, why));
  std::vector<std::string> names;
  const auto listed = files.env().GetChildren(files.path(kDatabaseDirectory), &names);
  if (!listed.ok() && !is_missing(listed)) return std::unexpected(io_problem(files.path(current), listed));
  // A first start that broke off leaves no tables.
  const bool tables = std::any_of(names.begin(), names.end(), [](const auto& name) { return name.ends_with(".sst"); });
  if (tables) return std::unexpected(corrupt(files, why));
  return false;
}

std::expected<Recovered, StoreProblem> recover(const Files& files, std::size_t block_cache_bytes, const Heads& required,
                                               bool made_before) {
  if (made_before && families_of(files) == Families::newer) {
    return std::unexpected(newer_format(files.path(kDatabaseDirectory), kStoreFormat + 1));
  }
  const bool marked = !is_missing(files.look_for(kDamageFile));
  const auto mode = required.empty() ? Engine::Mode::create : Engine::Mode::write;
  auto engine = Engine::open(files, {mode, block_cache_bytes, {}});
  if (!engine) return std::unexpected(explain(files, block_cache_bytes, engine.error(), required));
  auto heads = compare(files, **engine, required, marked);
  if (!heads) {
    if (heads.error().kind == StoreProblem::Kind::corrupt) {
      static_cast<void>(files.replace(kDamageFile, heads.error().sentence + "\n"));
    }
    return std::unexpected(std::move(heads.error()));
  }
  if (marked) static_cast<void>(files.env().DeleteFile(files.path(kDamageFile)));
  auto notices = unfinished_writes(**engine);
  return Recovered{*std::move(engine), *std::move(heads), std::move(notices)};
}

std::expected<Recovered, StoreProblem> look_beside(const Files& files, std::size_t block_cache_bytes,
                                                   const std::filesystem::path& scratch, const Heads& noted) {
  const auto families = families_of(files);
  if (families == Families::newer) {
    return std::unexpected(newer_format(files.path(kDatabaseDirectory), kStoreFormat + 1));
  }
  // A first start that broke off.
  if (families == Families::unfinished && noted.empty()) return std::unexpected(nothing_there(files));
  constexpr int kAttempts = 50;
  rocksdb::Status last;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    // The server may flush while this opens: a write-ahead log gone meanwhile may have been missed together with the
    // table it went into. And a file that was listed may be gone before it is opened.
    const auto before = write_ahead_logs(files);
    auto engine = Engine::open(files, {Engine::Mode::beside, block_cache_bytes, scratch});
    const auto after = write_ahead_logs(files);
    const bool undisturbed = std::includes(after.begin(), after.end(), before.begin(), before.end());
    if (engine && undisturbed) {
      auto heads = heads_of(files, **engine, noted);
      if (!heads) return std::unexpected(std::move(heads.error()));
      if (auto format = check_format(files, **engine, *heads); !format) {
        return std::unexpected(std::move(format.error()));
      }
      return Recovered{*std::move(engine), *std::move(heads), {}};
    }
    if (!engine) {
      last = engine.error();
      if (undisturbed && last.IsCorruption() && attempt >= 2) break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5 + attempt));
  }
  if (last.ok()) last = rocksdb::Status::Busy("the server rewrites its files all the time");
  return std::unexpected(explain(files, block_cache_bytes, last, noted));
}

}  // namespace annals
