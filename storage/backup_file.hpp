#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/ids.hpp"

/// A backup as one file: sections, each behind its length and vouched for by a hash that covers everything before it.
/// docs/backup-format.md has it byte by byte.
namespace annals {

/// They stand in the order of their numbers. On disk; never change.
enum class BackupSection : std::uint8_t {
  manifest = 1,     ///< JSON; the first
  root_secret = 2,  ///< the file, wrapped as it is
  master_key = 3,   ///< the file; only of a directory that generated its own
  commits = 4,      ///< BackupCommits
  erasures = 5,     ///< lines of the list of erasures
  slots = 6,        ///< BackupSlots
  key_uses = 7,     ///< BackupKeyUses
  quarantine = 8,   ///< the file; only of a directory that has one
  end = 255,        ///< empty; the last
};

/// `commits`, for messages; empty for a number that is none.
std::string_view name_of(BackupSection section);

/// The file is not what was written: cut short, altered, or never a backup.
struct BackupDamage : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Written by a newer program.
struct NewerBackup : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Writes beside the place that the file is to have, which it takes once it is whole and on the disk. One thread.
/// Throws std::system_error when the disk refuses.
class BackupWriter {
 public:
  explicit BackupWriter(std::filesystem::path path);
  ~BackupWriter();  ///< removes what was not finished
  BackupWriter(const BackupWriter&) = delete;
  BackupWriter& operator=(const BackupWriter&) = delete;

  void add(BackupSection section, std::string_view payload);
  /// False: there is a file of that name by now; nothing was replaced.
  bool finish();
  std::uint64_t bytes() const { return bytes_; }
  /// Vouches for the whole file, once it is finished.
  const Digest& hash() const { return hash_; }

 private:
  void write(std::string_view bytes);
  [[noreturn]] void refuse(const char* what) const;

  std::filesystem::path path_;
  std::filesystem::path partial_;
  int file_ = -1;
  std::uint64_t bytes_ = 0;
  Digest hash_{};
};

/// Reads section by section, none before its hash is checked. Throws BackupDamage, NewerBackup.
class BackupReader {
 public:
  /// Reads the file's head. `in` outlives the reader.
  explicit BackupReader(std::istream& in);

  struct Section {
    BackupSection kind;
    std::string payload;
  };
  /// nullopt: the end was read, and nothing stands behind it.
  std::optional<Section> next();

  /// `section 12 (commits): <why>`, of the section read last.
  [[noreturn]] void damaged(std::string_view why) const;

 private:
  void read(char* to, std::size_t count);
  void expect_nothing_more();

  std::istream& in_;
  std::uint64_t number_ = 0;
  std::optional<BackupSection> kind_;
  Digest hash_{};
};

}  // namespace annals
