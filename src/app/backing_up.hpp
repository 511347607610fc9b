#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>

#include "app/platform_keys.hpp"
#include "storage/backup_file.hpp"
#include "storage/backup_sections.hpp"
#include "storage/wrapped_secrets.hpp"

namespace annals {

struct BackupOrder {
  std::filesystem::path directory;
  bool own_master_key = false;  ///< the operator's, which no backup holds
  std::string created_at;
  std::string program;
};

/// Copies an open store into a backup: each platform's log up to where it ended at the opening, the wrapped keys that
/// those commits name, and what no log brings back. Nothing is opened, nothing is held but one section. One thread.
class BackingUp {
 public:
  using Progress = std::function<void(std::uint64_t done, std::uint64_t of)>;

  BackingUp(Store& store, const BackupOrder& order, BackupWriter& out, Progress progress)
      : store_(store), order_(order), out_(out), progress_(std::move(progress)) {}

  /// All but the end. Throws LogDamage, std::system_error.
  std::expected<BackupManifest, StoreProblem> run(const PlatformKeys& keys);

 private:
  /// The last slot that is named.
  SlotId add_commits(const BackupManifest::Platform& platform, std::uint64_t all);
  void add_erasures();
  std::expected<void, StoreProblem> add_slots(const WrappedSecrets& secrets, PlatformId platform, SlotId last);
  void add_key_uses(PlatformId platform);

  Store& store_;
  const BackupOrder& order_;
  BackupWriter& out_;
  Progress progress_;
  std::uint64_t done_ = 0;
};

}  // namespace annals
