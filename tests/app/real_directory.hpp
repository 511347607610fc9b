#pragma once

#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>

#include "app/bootstrap.hpp"
#include "app/commit_group.hpp"
#include "committing.hpp"
#include "storage/store.hpp"

/// Data directories on the disk, as a first start leaves them.
namespace annals::test {

/// Removed at the end with all that came into it.
class Scratch {
 public:
  Scratch() {
    auto name = (std::filesystem::temp_directory_path() / "annals-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline StoreOptions options_of(const std::filesystem::path& directory) {
  StoreOptions options;
  options.directory = directory;
  options.block_cache_bytes = 1u << 20;
  return options;
}

inline std::unique_ptr<Store> open_directory(const StoreOptions& options) {
  auto opened = Store::open(options);
  if (!opened) FAIL(opened.error().sentence);
  return *std::move(opened);
}

/// The system platform and main (1), with user admin and a token.
inline std::unique_ptr<Store> first_start(const std::filesystem::path& directory) {
  auto store = open_directory(options_of(directory));
  FirstStartWishes wishes;
  wishes.token = std::string(40, 't');
  REQUIRE(bring_up(*store, directory, wishes));
  return store;
}

inline PersonId add_person(Store& store, const std::string& name) {
  const DecisionSources sources;
  LogTails tails(store);
  DryRunSlots dry_run_slots(store);
  CommitGroup group(store, tails, dry_run_slots, sources);
  auto submission = asking(PlatformId{1}, create_person(name, name + "@example.org"));
  const auto added = group.add(submission);
  REQUIRE(added.answer);
  REQUIRE(group.append() == AppendStatus::appended);
  for (const auto& [member, value] : json_members(added.answer->body)) {
    if (member == "id") return *PersonId::parse(json_string(value));
  }
  throw std::logic_error("no id in " + added.answer->body);
}

inline std::vector<CommitRecord> all_commits(Store& store, PlatformId platform) {
  std::vector<CommitRecord> commits;
  for (const auto cursor = store.log().read(platform, Position{1}); auto commit = cursor->next();) {
    commits.push_back(*std::move(commit));
  }
  return commits;
}

/// Chains the commits anew, as somebody would who has the disk and time.
inline void rechain(std::vector<CommitRecord>& commits) {
  Digest previous{};
  for (auto& commit : commits) {
    commit.frame.previous = previous;
    std::string frame;
    ByteWriter out(frame);
    commit.frame.encode(out);
    commit.bytes.replace(0, CommitFrame::kBytes, frame);
    previous = commit.hash = sha256(commit.bytes);
  }
}

}  // namespace annals::test
