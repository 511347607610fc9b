#include "app/snapshots/taking.hpp"

#include <fmt/format.h>

#include <fstream>
#include <stdexcept>

#include "app/sibling_directory.hpp"
#include "projections/history/past_views.hpp"
#include "projections/history/stream_reading.hpp"
#include "projections/projections.hpp"
#include "projections/records.hpp"
#include "storage/scratch_views.hpp"

namespace annals {
namespace {

/// The commit that the views end with.
Head head_at(Store& store, PlatformId platform, Position position) {
  if (position.value == 0) return {};
  const auto last = store.log().read(platform, position)->next();
  if (!last || last->frame.last() != position) throw LogDamage(platform, position, "no commit ends there");
  return {position, last->hash};
}

void write_manifest(const SnapshotManifest& manifest, const std::filesystem::path& directory) {
  const auto path = directory / SnapshotManifest::kFile;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << manifest.json() << '\n';
  file.close();
  if (!file) throw std::runtime_error(path.string() + " cannot be written");
}

void sync_files(const SnapshotManifest& manifest, const std::filesystem::path& directory) {
  for (const auto& file : manifest.files) sync_to_disk(directory / file.name);
  sync_to_disk(directory / SnapshotManifest::kFile);
}

}  // namespace

std::expected<Position, std::string> whole_position(Store& store, PlatformId platform, Position at) {
  const auto head = store.log().head(platform).position;
  if (at > head) return std::unexpected(fmt::format("The log ends at position {}.", head.value));
  const auto whole = whole_commits_until(store.log(), platform, at);
  if (whole.value == 0) return std::unexpected("No commit ends at or before that position.");
  return whole;
}

SnapshotManifest take_snapshot(Store& store, const SnapshotOrder& order, const ViewReader& views,
                               const std::filesystem::path& directory, const SnapshotProgress& progress) {
  SnapshotManifest manifest;
  manifest.format = order.format;
  manifest.platform = order.platform;
  manifest.platform_key = order.platform_key;
  manifest.head = head_at(store, order.platform, applied_position(order.platform, views));
  manifest.recorded_at = last_recorded_at(views, order.platform);
  manifest.created_at = order.now;
  manifest.program = order.program;

  const auto writer = make_snapshot_writer(order.format, directory);
  const auto counts = write_tables(views, order.platform, *writer, progress);
  writer->finish();
  // Frozen views move on when the store is reopened under them.
  if (applied_position(order.platform, views) != manifest.head.position) {
    throw std::runtime_error("the store was opened anew meanwhile; take the snapshot again");
  }
  for (std::size_t at = 0; at < counts.size(); ++at) {
    manifest.counts.emplace_back(snapshot_tables()[at].name, counts[at]);
  }
  for (const auto& name : writer->files()) manifest.files.push_back(describe_file(directory, name));
  write_manifest(manifest, directory);
  sync_files(manifest, directory);
  return manifest;
}

SnapshotManifest take_past_snapshot(Store& store, const SnapshotOrder& order, Position at,
                                    const std::filesystem::path& directory, const PastProgress& progress) {
  const auto place = directory / "views";
  SnapshotManifest manifest;
  {
    const auto scratch = open_scratch_views(store, place);
    if (!scratch) throw std::runtime_error(scratch.error().sentence);
    fill_past_views(store.log(), order.platform, at, **scratch, store.sealer(), store.digester(), progress.rebuilding);
    manifest = take_snapshot(store, order, (*scratch)->latest(), directory, progress.writing);
  }
  std::filesystem::remove_all(place);
  return manifest;
}

}  // namespace annals
