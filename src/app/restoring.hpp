#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <istream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/noted_erasures.hpp"
#include "projections/key_uses.hpp"
#include "storage/backup_file.hpp"
#include "storage/backup_sections.hpp"
#include "storage/wrapped_secrets.hpp"

namespace annals {

struct Restored {
  BackupManifest manifest;
  std::uint64_t erased = 0;  ///< of the erasures asked for, those of persons whose key the backup held
};

/// Fills a directory from a backup: every section's hash and every chain is checked before anything of it counts. Slots
/// that no commit of the backup names are not there, so the server that goes on from it makes new keys for them: the
/// old server may have given theirs to other subjects meanwhile. One thread.
class Restoring {
 public:
  using Progress = std::function<void(std::string_view what, std::uint64_t done, std::uint64_t of)>;

  /// `options` name an empty directory that begin_restoring has marked. `erasures` have happened since the backup.
  Restoring(std::istream& backup, const StoreOptions& options, const std::vector<NotedErasure>& erasures,
            Progress progress);

  /// Throws BackupDamage, NewerBackup, LogDamage for an event that cannot be understood, and std::runtime_error when
  /// the disk refuses.
  std::expected<Restored, StoreProblem> run();

 private:
  using Done = std::expected<void, StoreProblem>;
  using SubjectKey = std::pair<PlatformId, SlotId>;

  Done take(const BackupReader::Section& section);
  Done take_manifest(std::string_view payload);
  Done take_commits(std::string_view payload);
  Done take_slots(std::string_view payload);
  Done open_store();
  StoreProblem in_words_of_the_backup(StoreProblem problem) const;
  Done append(std::vector<CommitRecord> commits);  ///< of one platform, at least one
  CommitRecord next_commit(std::string_view record);
  void find_erased(const CommitRecord& commit);
  void keep_erasures(std::string_view lines);
  void keep_quarantine(std::string_view lines);
  void require_whole() const;
  Done build_views();  ///< and says in the log who is erased

  BackupReader reader_;
  StoreOptions options_;
  Progress progress_;
  std::map<SubjectKey, NotedErasure> to_erase_;
  std::map<SubjectKey, std::string> streams_to_erase_;  ///< the persons' and those of records about them
  std::set<SubjectKey> erased_;                         ///< those of them whose slot the log gives to that stream
  std::uint64_t persons_erased_ = 0;
  BackupSection last_kind_{};
  BackupManifest manifest_;
  bool has_root_secret_ = false;
  std::map<PlatformId, Head> required_;
  std::map<PlatformId, Head> heads_;
  std::map<PlatformId, SlotId> last_slots_;
  std::uint64_t events_ = 0;
  std::unique_ptr<Store> store_;  ///< while commits are taken, and at the end
  std::optional<WrappedSecrets> secrets_;
  KeyUses key_uses_;
};

}  // namespace annals
