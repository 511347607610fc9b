#pragma once

#include <string_view>

#include "core/bytes.hpp"
#include "core/ids.hpp"

namespace annals {

/// The first bytes of every commit record: what chains it to the commit before and says which positions it holds. The
/// log verifies these without knowing what the events mean. On disk; never change.
///   format u16 | platform u64 | first position u64 | event count u32 | SHA-256 of the previous record (zeros: none)
struct CommitFrame {
  static constexpr std::uint16_t kFormat = 1;
  static constexpr std::size_t kBytes = 2 + 8 + 8 + 4 + 32;

  PlatformId platform;
  Position first;
  std::uint32_t count = 0;  ///< at least 1
  Digest previous{};
  bool operator==(const CommitFrame&) const = default;

  Position last() const { return Position{first.value + count - 1}; }
  void encode(ByteWriter& out) const;
  /// Throws DecodeError: too short, another format, no events.
  static CommitFrame decode(ByteReader& in);
};

inline constexpr std::size_t kCommitBytesMax = 16u << 20;

/// Where a platform's log ends: position 0 and zeros before the first commit.
struct Head {
  Position position;
  Digest hash{};
  bool operator==(const Head&) const = default;
};

}  // namespace annals
