#pragma once

#include <string>
#include <string_view>

#include "storage/commit_log.hpp"

namespace annals {

/// The key of a commit in the column family `log`: both numbers big-endian. On disk; never change.
struct LogKey {
  static constexpr std::size_t kBytes = 16;
  PlatformId platform;
  Position first;

  std::string encode() const {
    std::string key;
    append_big_endian(key, platform.value);
    append_big_endian(key, first.value);
    return key;
  }
  /// Throws DecodeError.
  static LogKey decode(std::string_view key) {
    if (key.size() != kBytes) throw DecodeError("a key of another length");
    return {PlatformId{read_big_endian(key)}, Position{read_big_endian(key.substr(8))}};
  }
};

/// What stands under it: the record's bytes, then their SHA-256. On disk; never change.
struct LogEntry {
  /// Checks the stored hash and that the frame is the one that belongs under `key`. Throws DecodeError.
  static CommitRecord decode(const LogKey& key, std::string value);
};

}  // namespace annals
