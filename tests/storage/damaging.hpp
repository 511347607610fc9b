#pragma once

#include <rocksdb/db.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/engine.hpp"
#include "storage/support.hpp"

/// Directories with known commits, to be damaged.
namespace annals::test {

namespace fs = std::filesystem;

inline constexpr std::uint64_t kCommits = 60;

inline std::string content_of(PlatformId platform, std::uint64_t position) {
  return "<platform " + std::to_string(platform.value) + " commit " + std::to_string(position) + ">" +
         std::string(900 + position, static_cast<char>('a' + position % 26)) + "<end>";
}

/// Platform after platform in turn, one commit a write.
inline void append_in_turn(Store& store, std::uint64_t first, std::uint64_t last) {
  for (auto position = first; position <= last; ++position) {
    for (const auto platform : {kMain, kOther}) {
      REQUIRE(append(store, platform, {content_of(platform, position)}) == AppendStatus::appended);
    }
  }
}

struct Found {
  bool operator==(const Found&) const = default;
  PlatformId platform;
  Position position;
};

/// Reads every commit of every platform that the directory should hold; nullopt when all are there as written.
inline std::optional<Found> read_everything(const std::expected<std::unique_ptr<Store>, StoreProblem>& opened,
                                            std::uint64_t commits = kCommits) {
  if (!opened) {
    INFO(opened.error().sentence);
    REQUIRE(opened.error().kind == StoreProblem::Kind::corrupt);
    REQUIRE(opened.error().platform.has_value());
    return Found{*opened.error().platform, *opened.error().position};
  }
  for (const auto platform : {kMain, kOther}) {
    try {
      const auto contents = read_contents(**opened, platform);
      REQUIRE(contents.size() >= commits);
      for (std::uint64_t n = 1; n <= contents.size(); ++n) REQUIRE(contents[n - 1] == content_of(platform, n));
    } catch (const LogDamage& damage) {
      REQUIRE(damage.platform == platform);
      return Found{damage.platform, damage.position};
    }
  }
  return std::nullopt;
}

inline fs::path the_file_with(const fs::path& directory, std::string_view suffix, std::string_view text) {
  for (const auto& file : files_ending(directory / "db", suffix)) {
    if (read_file(file).find(text) != std::string::npos) return file;
  }
  FAIL("no file holds " << text);
  return {};
}

/// Commits by where their bytes end in a file that holds them in order of writing.
struct Layout {
  struct Commit {
    PlatformId platform;
    std::uint64_t position;
    std::size_t begin;
    std::size_t end;
  };
  std::vector<Commit> commits;

  explicit Layout(const std::string& bytes, std::uint64_t count = kCommits) {
    for (std::uint64_t position = 1; position <= count; ++position) {
      for (const auto platform : {kMain, kOther}) {
        const auto content = content_of(platform, position);
        // Its first and last bytes: a write-ahead log may cut it in the middle.
        const auto begin = bytes.find(content.substr(0, content.find('>') + 1));
        const auto end = bytes.find("<end>", begin);
        REQUIRE(end != std::string::npos);
        commits.push_back({platform, position, begin, end + 5 + 32});
      }
    }
  }
  std::size_t begin_of(PlatformId platform, std::uint64_t position) const {
    const auto it = std::find_if(commits.begin(), commits.end(), [&](const auto& commit) {
      return commit.platform == platform && commit.position == position;
    });
    REQUIRE(it != commits.end());
    return it->begin;
  }
  /// The first commit of the platform that is lost when all from the one at `offset` on are.
  std::uint64_t first_lost(PlatformId platform, std::size_t offset) const {
    for (const auto& commit : commits) {
      if (offset < commit.end && commit.platform == platform) return commit.position;
    }
    return 0;
  }
};

/// A directory whose commits are all in the write-ahead log, or all in tables.
struct Written {
  enum class In { write_ahead_log, tables };
  explicit Written(In in) {
    append_in_turn(*open_store(options_for(directory.path())), 1, kCommits);
    if (in == In::tables) static_cast<void>(open_store(options_for(directory.path())));
  }
  TempDirectory directory;
};

inline std::unique_ptr<Engine> open_engine(const fs::path& directory) {
  static const auto* env = rocksdb::Env::Default();
  auto engine = Engine::open(Files(*const_cast<rocksdb::Env*>(env), directory), {Engine::Mode::write, 1u << 20, {}});
  REQUIRE(engine);
  return *std::move(engine);
}

}  // namespace annals::test
