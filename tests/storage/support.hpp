#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "storage/store.hpp"

namespace annals::test {

/// A directory that does not exist yet, removed at the end with all that came into it.
class TempDirectory {
 public:
  TempDirectory();
  ~TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

StoreOptions options_for(const std::filesystem::path& directory);

/// Opens or fails the test with the problem's sentence.
std::unique_ptr<Store> open_store(const StoreOptions& options);
std::unique_ptr<Store> open_beside(const StoreOptions& options);

/// A commit of `count` events behind `head`, whose bytes carry `content`.
CommitRecord make_commit(PlatformId platform, const Head& head, std::string_view content, std::uint32_t count = 1);
Head head_after(const CommitRecord& commit);

/// `commits` continue the platform's log where it ends now.
AppendStatus append(Store& store, PlatformId platform, const std::vector<std::string>& contents);
AppendStatus append(Store& store, PlatformId platform, const std::vector<std::string>& contents, ViewOverlay& views);

/// What follows the frame in each commit from `from` on. Throws LogDamage.
std::vector<std::string> read_contents(Store& store, PlatformId platform, Position from = Position{1});

std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, std::string_view bytes);
void flip_byte(const std::filesystem::path& path, std::uintmax_t offset);
/// The files of `directory` (and below) whose names end so, in order.
std::vector<std::filesystem::path> files_ending(const std::filesystem::path& directory, std::string_view suffix);

inline constexpr PlatformId kMain{1};
inline constexpr PlatformId kOther{7};

}  // namespace annals::test
