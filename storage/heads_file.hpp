#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>

#include "core/commit_frame.hpp"
#include "storage/files.hpp"
#include "storage/store.hpp"

namespace annals {

using Heads = std::map<PlatformId, Head>;

/// Where every platform's log ended when last noted, in a file beside RocksDB: a log that is shorter than this has lost
/// commits, whatever RocksDB makes of its own files. On disk; never change.
///   "ANNALSHD" | format u16 | count u32 | count × (platform u64 | position u64 | hash 32) | SHA-256 of all before
struct HeadsFile {
  static constexpr std::string_view kName = "heads";
  static constexpr std::uint16_t kFormat = 1;

  static std::string encode(const Heads& heads);
  /// Throws DecodeError; a newer format by NewerFormat.
  static Heads decode(std::string_view bytes);

  /// Empty when there is no such file.
  static std::expected<Heads, StoreProblem> read(const Files& files);
  static rocksdb::Status write(const Files& files, const Heads& heads);
};

/// A file whose format number is above ours.
struct NewerFormat : DecodeError {
  explicit NewerFormat(unsigned n) : DecodeError("format " + std::to_string(n)), format(n) {}
  unsigned format;
};

}  // namespace annals
