#include "storage/data_directory.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "storage/problems.hpp"
#include "storage/secrets.hpp"
#include "storage/secrets_home.hpp"

namespace annals {
namespace {

enum class Content { missing, empty, ours, unfinished_restore, foreign };

std::expected<Content, StoreProblem> content_of(const Files& files) {
  const auto path = files.directory().string();
  const auto there = files.look_for({});
  if (is_missing(there)) return Content::missing;
  if (!there.ok()) return std::unexpected(io_problem(path, there));
  std::vector<std::string> names;
  const auto listed = files.env().GetChildren(path, &names);
  if (!listed.ok()) return std::unexpected(io_problem(path, listed));
  std::erase_if(names, [](const auto& name) { return name == "." || name == ".." || name == "lost+found"; });
  if (names.empty()) return Content::empty;
  if (std::ranges::find(names, kUnfinishedRestoreFile) != names.end()) return Content::unfinished_restore;
  // The lock is the first file ever made; the root secret goes with every copy.
  const bool ours = std::any_of(names.begin(), names.end(), [](const auto& name) {
    return name == DirectoryLock::kName || name == kRootSecretFile || name == SecretsHome::kCurrentFile;
  });
  return ours ? Content::ours : Content::foreign;
}

StoreProblem unfinished_restore(const Files& files) {
  return problem(
      StoreProblem::Kind::missing,
      files.directory().string() + " holds a restore that was broken off; remove it, and restore the backup again.");
}

StoreProblem not_ours(const Files& files) {
  return problem(StoreProblem::Kind::missing, files.directory().string() +
                                                  " holds files that are not annals'; name a data directory of annals, "
                                                  "or one that is empty or does not exist yet.");
}

}  // namespace

StoreProblem nothing_there(const Files& files) {
  return problem(StoreProblem::Kind::missing,
                 files.directory().string() +
                     " holds no data of annals; check the path, or start `annals serve` on it "
                     "once.");
}

std::expected<void, StoreProblem> make_directory(const Files& files, bool restoring) {
  const auto content = content_of(files);
  if (!content) return std::unexpected(content.error());
  switch (*content) {
    case Content::empty:
    case Content::ours:
      return {};
    case Content::unfinished_restore:
      if (restoring) return {};
      return std::unexpected(unfinished_restore(files));
    case Content::foreign:
      return std::unexpected(not_ours(files));
    case Content::missing:
      break;
  }
  std::error_code error;
  std::filesystem::create_directories(files.directory(), error);
  if (error) {
    return std::unexpected(problem(StoreProblem::Kind::io, files.directory().string() + " cannot be made (" +
                                                               error.message() + "); check the path and permissions."));
  }
  std::filesystem::permissions(files.directory(), std::filesystem::perms::owner_all, error);
  const auto absolute = std::filesystem::absolute(files.directory() / "", error).parent_path();
  const auto status = Files(files.env(), absolute.parent_path()).sync_directory({});
  if (!status.ok()) return std::unexpected(io_problem(files.directory().string(), status));
  return {};
}

std::expected<void, StoreProblem> require_data(const Files& files) {
  const auto content = content_of(files);
  if (!content) return std::unexpected(content.error());
  switch (*content) {
    case Content::ours:
      return {};
    case Content::unfinished_restore:
      return std::unexpected(unfinished_restore(files));
    case Content::foreign:
      return std::unexpected(not_ours(files));
    case Content::empty:
      return std::unexpected(nothing_there(files));
    case Content::missing:
      break;
  }
  return std::unexpected(problem(StoreProblem::Kind::missing, files.directory().string() +
                                                                  " does not exist; check the path, or start "
                                                                  "`annals serve` on it once."));
}

std::expected<std::unique_ptr<DirectoryLock>, StoreProblem> DirectoryLock::take(const Files& files) {
  const auto path = files.path(kName);
  rocksdb::FileLock* lock = nullptr;
  const auto status = files.env().LockFile(path, &lock);
  if (status.ok()) return std::unique_ptr<DirectoryLock>(new DirectoryLock(files, lock));
  // RocksDB gives both as I/O errors; only taking the lock, not opening its file, is in the way of others.
  const auto why = status.ToString();
  if (why.find("While lock file") == std::string::npos && why.find("lock hold by") == std::string::npos) {
    return std::unexpected(io_problem(path, status));
  }
  return std::unexpected(problem(StoreProblem::Kind::locked,
                                 files.directory().string() + " is in use by another annals; stop that one first."));
}

std::filesystem::path make_scratch_directory() {
  std::error_code error;
  auto name = (std::filesystem::temp_directory_path(error) / "annals-XXXXXX").string();
  if (error || ::mkdtemp(name.data()) == nullptr) return {};
  return name;
}

}  // namespace annals
