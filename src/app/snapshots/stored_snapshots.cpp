#include "app/snapshots/stored_snapshots.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <system_error>

#include "app/sibling_directory.hpp"
#include "app/snapshots/diff.hpp"
#include "core/clock.hpp"
#include "projections/projections.hpp"
#include "projections/record_text.hpp"

namespace annals {
namespace {

namespace fs = std::filesystem;

/// Of the changes that one answer shows.
constexpr std::size_t kChangesBytesMax = 8u << 20;

/// Thrown out of a build that nobody wants any more.
struct Cancelled {};

std::optional<Position> position_named(std::string_view name) {
  Position position;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), position.value);
  return error == std::errc() && end == name.data() + name.size() ? std::optional(position) : std::nullopt;
}

/// Also while somebody still makes files in it. False: the disk refuses.
bool remove_durably(const fs::path& directory) {
  constexpr int kTries = 100;
  std::error_code error;
  for (int tries = 0; tries < kTries; ++tries) {
    fs::remove_all(directory, error);
    if (!error) break;
  }
  try {
    if (error) throw std::system_error(error);
    sync_to_disk(directory.parent_path());
    return true;
  } catch (const std::system_error& refusal) {
    spdlog::warn("{} cannot be removed for good: {}", directory.string(), refusal.what());
    return false;
  }
}

std::unexpected<SnapshotRefusal> refused(SnapshotRefusal::Why why, std::string sentence = {}) {
  return std::unexpected(SnapshotRefusal{why, std::move(sentence)});
}
std::unexpected<SnapshotRefusal> conflict(std::string sentence) {
  return refused(SnapshotRefusal::Why::conflict, std::move(sentence));
}

ShownSnapshot shown_ready(const SnapshotManifest& manifest) {
  return {manifest.head.position, manifest.format, true, R"({"state":"ready",)" + manifest.json().substr(1)};
}

ShownSnapshot shown_unready(Position position, SnapshotFormat format, const std::string& failure) {
  ObjectText object;
  object.key("state").text(failure.empty() ? "building" : "failed");
  object.key("position").number(position.value).key("format").text(name_of(format));
  if (!failure.empty()) object.key("reason").text(failure);
  return {position, format, false, std::move(object).close()};
}

}  // namespace

StoredSnapshots::StoredSnapshots(Store& store, fs::path directory, std::string program)
    : store_(store), directory_(std::move(directory)), program_(std::move(program)) {
  remove_half_built();
  builder_ = std::jthread([this](const std::stop_token& stopping) { run(stopping); });
}

StoredSnapshots::~StoredSnapshots() {
  stop();
}

void StoredSnapshots::stop() {
  const std::scoped_lock lock(mutex_);
  stopping_ = true;
  waiting_.clear();
  for (const auto& [key, build] : builds_) build->cancelled = true;
  builder_.request_stop();
}

fs::path StoredSnapshots::folder_of(PlatformId platform) const {
  return directory_ / std::to_string(platform.value);
}

fs::path StoredSnapshots::place_of(const Key& key) const {
  return folder_of(key.first) / std::to_string(key.second.value);
}

void StoredSnapshots::remove_half_built() const {
  std::error_code ignored;
  for (const auto& folder : fs::directory_iterator(directory_, ignored)) {
    for (const auto& entry : fs::directory_iterator(folder.path(), ignored)) {
      if (!position_named(entry.path().filename().string())) remove_durably(entry.path());
    }
  }
}

std::vector<Position> StoredSnapshots::ready_positions(PlatformId platform) const {
  std::vector<Position> positions;
  std::error_code none_yet;
  for (const auto& entry : fs::directory_iterator(folder_of(platform), none_yet)) {
    if (const auto position = position_named(entry.path().filename().string())) positions.push_back(*position);
  }
  return positions;
}

std::optional<ShownSnapshot> StoredSnapshots::find_locked(const Key& key) const {
  if (const auto found = builds_.find(key); found != builds_.end()) {
    const auto& build = *found->second;
    return shown_unready(key.second, build.order.format, build.failure);
  }
  const auto manifest = read_manifest(place_of(key));
  return manifest ? std::optional(shown_ready(*manifest)) : std::nullopt;
}

std::vector<ShownSnapshot> StoredSnapshots::list(PlatformId platform) const {
  const std::scoped_lock lock(mutex_);
  auto positions = ready_positions(platform);
  for (const auto& [key, build] : builds_) {
    if (key.first == platform) positions.push_back(key.second);
  }
  std::ranges::sort(positions, std::greater());
  std::vector<ShownSnapshot> all;
  for (const auto position : positions) {
    if (auto shown = find_locked({platform, position})) all.push_back(*std::move(shown));
  }
  return all;
}

std::optional<ShownSnapshot> StoredSnapshots::find(PlatformId platform, Position position) const {
  const std::scoped_lock lock(mutex_);
  return find_locked({platform, position});
}

SnapshotResult<ShownSnapshot> StoredSnapshots::create(PlatformId platform, std::string_view platform_key,
                                                      SnapshotFormat format, std::optional<Position> at) {
  auto views = store_.views().snapshot();
  const auto now = applied_position(platform, *views);
  auto position = now;
  if (at && *at != now) {
    const auto whole = whole_position(store_, platform, *at);
    if (!whole) return refused(SnapshotRefusal::Why::no_such_state, whole.error());
    position = *whole;
  }
  auto build = std::make_shared<Build>();
  build->key = {platform, position};
  build->order = {platform, std::string(platform_key), format, clock_now(), program_};
  if (position == now) build->views = std::move(views);
  const std::scoped_lock lock(mutex_);
  return add_locked(std::move(build));
}

SnapshotResult<ShownSnapshot> StoredSnapshots::add_locked(std::shared_ptr<Build> build) {
  if (stopping_) return refused(SnapshotRefusal::Why::stopping);
  const auto [platform, position] = build->key;
  const auto format = build->order.format;
  if (const auto known = builds_.find(build->key); known != builds_.end() && !known->second->failure.empty()) {
    builds_.erase(known);
  }
  if (auto there = find_locked(build->key)) {
    if (there->format == format) return *std::move(there);
    return conflict(
        fmt::format("There is one of position {} in {}; delete it first.", position.value, name_of(there->format)));
  }
  const auto of_platform = [platform](const auto& known) { return known->key.first == platform; };
  const auto unready = std::ranges::count_if(builds_, [&](const auto& known) { return of_platform(known.second); });
  if (ready_positions(platform).size() + static_cast<std::size_t>(unready) >= kKeptMax) {
    return conflict(fmt::format("{} snapshots are kept, and there are as many; delete one first.", kKeptMax));
  }
  if (static_cast<std::size_t>(std::ranges::count_if(waiting_, of_platform)) >= kWaitingMax) {
    return refused(SnapshotRefusal::Why::busy);
  }
  builds_[build->key] = build;
  waiting_.push_back(build);
  changed_.notify_one();
  return shown_unready(position, format, {});
}

bool StoredSnapshots::remove(PlatformId platform, Position position) {
  const Key key{platform, position};
  const std::scoped_lock lock(mutex_);
  if (const auto found = builds_.find(key); found != builds_.end()) {
    found->second->cancelled = true;
    std::erase(waiting_, found->second);
    builds_.erase(found);
    return true;
  }
  const auto place = place_of(key);
  if (!read_manifest(place)) return false;
  if (!remove_durably(place)) throw std::runtime_error("a snapshot cannot be deleted");
  return true;
}

bool StoredSnapshots::forget(PlatformId platform) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(waiting_, [platform](const auto& build) { return build->key.first == platform; });
  for (const auto& [key, build] : builds_) {
    if (key.first != platform || !build->failure.empty()) continue;
    build->cancelled = true;
    build->failure = "A person was erased meanwhile; take it again.";
  }
  // Whoever builds writes into files that nobody finds any more, until it sees that it is cancelled.
  std::error_code error;
  if (!fs::exists(folder_of(platform), error) && !error) return true;
  return remove_durably(folder_of(platform));
}

std::optional<fs::path> StoredSnapshots::file(PlatformId platform, Position position, std::string_view name) const {
  const std::scoped_lock lock(mutex_);
  const auto place = place_of({platform, position});
  const auto manifest = read_manifest(place);
  if (!manifest || std::ranges::find(manifest->files, name, &SnapshotManifest::File::name) == manifest->files.end()) {
    return std::nullopt;
  }
  return place / name;
}

SnapshotResult<fs::path> StoredSnapshots::comparable(const Key& key) const {
  const std::scoped_lock lock(mutex_);
  const auto shown = find_locked(key);
  if (!shown) return refused(SnapshotRefusal::Why::not_found);
  if (!shown->ready) return conflict(fmt::format("The snapshot of position {} is not ready.", key.second.value));
  auto place = place_of(key);
  if (const auto manifest = comparable_snapshot(place); !manifest) return conflict(manifest.error());
  return place;
}

SnapshotResult<std::string> StoredSnapshots::diff(PlatformId platform, Position from, Position to,
                                                  std::size_t changes_max) const {
  const auto old_state = comparable({platform, from});
  if (!old_state) return std::unexpected(old_state.error());
  const auto new_state = comparable({platform, to});
  if (!new_state) return std::unexpected(new_state.error());
  std::string changes = "[";
  std::size_t shown = 0;
  bool truncated = false;
  const auto tables = diff_snapshots(*old_state, *new_state, [&](const std::string& change) {
    truncated = truncated || shown == changes_max || changes.size() + change.size() > kChangesBytesMax;
    if (truncated) return;
    if (++shown > 1) changes += ',';
    changes += change;
  });
  std::string counts = "[";
  for (const auto& table : tables) counts += (counts.size() > 1 ? "," : "") + table.json();
  ObjectText object;
  object.key("from").number(from.value).key("to").number(to.value).key("tables").json(counts + ']');
  object.key("changes").json(changes + ']').key("truncated").boolean(truncated);
  return std::move(object).close();
}

std::shared_ptr<StoredSnapshots::Build> StoredSnapshots::next_build(const std::stop_token& stopping) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait(lock, stopping, [this] { return !waiting_.empty(); })) return nullptr;
  auto next = std::move(waiting_.front());
  waiting_.pop_front();
  return next;
}

void StoredSnapshots::run(const std::stop_token& stopping) {
  while (const auto next = next_build(stopping)) {
    try {
      build(*next);
    } catch (const Cancelled&) {
      // said below
    } catch (const std::exception& error) {
      fail(*next, error.what());
    }
    if (next->cancelled) spdlog::info("a snapshot of platform {} was given up", next->key.first.value);
    next->views.reset();
  }
}

void StoredSnapshots::fail(Build& build, std::string_view why) {
  if (build.cancelled) return;  // its files may have been deleted under it
  spdlog::warn("a snapshot of platform {} failed: {}", build.key.first.value, why);
  const std::scoped_lock lock(mutex_);
  if (!build.cancelled) build.failure = "It could not be written; the server's log says why.";
}

void StoredSnapshots::build(Build& build) {
  SiblingDirectory directory(place_of(build.key), "building");
  write(build, directory.path());
  const std::scoped_lock lock(mutex_);
  if (build.cancelled) throw Cancelled();
  directory.take_its_place();
  builds_.erase(build.key);
}

void StoredSnapshots::write(Build& build, const fs::path& directory) {
  const auto go_on = [&build](std::uint64_t, std::uint64_t) {
    if (build.cancelled) throw Cancelled();
  };
  if (build.views) {
    take_snapshot(store_, build.order, *build.views, directory, go_on);
  } else {
    take_past_snapshot(store_, build.order, build.key.second, directory, {go_on, go_on});
  }
}

}  // namespace annals
