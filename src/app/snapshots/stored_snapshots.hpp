#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/snapshots/taking.hpp"
#include "http/snapshots.hpp"
#include "storage/store.hpp"

namespace annals {

/// Snapshots kept beside the data that is served, `<directory>/<platform>/<position>/` each. One thread builds them,
/// one after the other; what a crash leaves half built is removed at the next start. They hold personal data in the
/// clear, so an erasure deletes all that the platform has.
class StoredSnapshots : public Snapshots {
 public:
  static constexpr std::size_t kKeptMax = 10;    ///< of a platform, those on their way and those that failed included
  static constexpr std::size_t kWaitingMax = 2;  ///< of a platform, not built yet

  /// Does not own the store. `program`: the version that manifests name.
  StoredSnapshots(Store& store, std::filesystem::path directory, std::string program);
  ~StoredSnapshots() override;

  /// Ends what is being built, soon, and begins nothing more.
  void stop();
  /// Deletes every snapshot of the platform, also one that is being built. False: the disk refuses; try again.
  bool forget(PlatformId platform);

  std::vector<ShownSnapshot> list(PlatformId platform) const override;
  std::optional<ShownSnapshot> find(PlatformId platform, Position position) const override;
  SnapshotResult<ShownSnapshot> create(PlatformId platform, std::string_view platform_key, SnapshotFormat format,
                                       std::optional<Position> at) override;
  bool remove(PlatformId platform, Position position) override;
  std::optional<std::filesystem::path> file(PlatformId platform, Position position,
                                            std::string_view name) const override;
  SnapshotResult<std::string> diff(PlatformId platform, Position from, Position to,
                                   std::size_t changes_max) const override;

 private:
  using Key = std::pair<PlatformId, Position>;
  /// One that is not there yet. What others than its builder may change stands under mutex_.
  struct Build {
    Key key;
    SnapshotOrder order;
    std::shared_ptr<const ViewReader> views;  ///< nullptr: they are to be filled from the log
    std::atomic<bool> cancelled{false};
    std::string failure;  ///< a sentence; blank: none
  };

  std::filesystem::path folder_of(PlatformId platform) const;
  std::filesystem::path place_of(const Key& key) const;
  void remove_half_built() const;
  std::vector<Position> ready_positions(PlatformId platform) const;
  std::optional<ShownSnapshot> find_locked(const Key& key) const;
  SnapshotResult<ShownSnapshot> add_locked(std::shared_ptr<Build> build);
  std::shared_ptr<Build> next_build(const std::stop_token& stopping);
  void run(const std::stop_token& stopping);
  void build(Build& build);
  void fail(Build& build, std::string_view why);
  void write(Build& build, const std::filesystem::path& directory);
  SnapshotResult<std::filesystem::path> comparable(const Key& key) const;

  Store& store_;
  const std::filesystem::path directory_;
  const std::string program_;

  mutable std::mutex mutex_;  ///< over all below, and over what becomes of the directories
  std::condition_variable_any changed_;
  std::map<Key, std::shared_ptr<Build>> builds_;  ///< waiting, being built, or failed
  std::deque<std::shared_ptr<Build>> waiting_;
  bool stopping_ = false;
  std::jthread builder_;
};

}  // namespace annals
