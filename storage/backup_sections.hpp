#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/bytes.hpp"
#include "core/commit_frame.hpp"
#include "core/ids.hpp"

/// What stands in the sections of a backup. Readers throw DecodeError. On disk; never change.
namespace annals {

/// count × (length u32 | record)
struct BackupCommits {
  static void append(std::string& payload, std::string_view record);
  /// Views into the payload.
  static std::vector<std::string_view> read(std::string_view payload);
};

/// platform u64 | first slot u64 | count × 64 bytes: slots as they stand in the key file, still wrapped
struct BackupSlots {
  PlatformId platform;
  SlotId first;
  std::string_view slots;
  static constexpr std::size_t kSlotBytes = 64;

  std::string encode() const;
  static BackupSlots read(std::string_view payload);
  std::uint64_t count() const { return slots.size() / kSlotBytes; }
};

/// platform u64 | count × (API key u64 | when it was last used, microseconds since 1970, i64)
struct BackupKeyUses {
  PlatformId platform;
  std::vector<std::pair<KeyId, std::int64_t>> uses;

  std::string encode() const;
  static BackupKeyUses read(std::string_view payload);
};

/// What the backup holds.
struct BackupManifest {
  struct Platform {
    PlatformId platform;
    std::string key;
    Head head;
    bool operator==(const Platform&) const = default;
  };
  std::string created_at;  ///< as format_timestamp writes it
  std::string program;     ///< the version that wrote it
  bool has_master_key = false;
  std::vector<Platform> platforms;  ///< in the order of their ids: the system platform first
  bool operator==(const BackupManifest&) const = default;

  std::string json() const;
  static BackupManifest read(std::string_view json);
  std::uint64_t events() const;
};

}  // namespace annals
