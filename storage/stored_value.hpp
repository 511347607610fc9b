#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/sealing.hpp"
#include "storage/byte_store.hpp"

namespace annals {

/// What stands in the column family `views` under platform u64 big-endian ‖ view id u8 ‖ key. On disk; never change.
///   1 | plain part to the end
///   2 | plain part behind its length | slot varint | sealed part (nonce ‖ ciphertext ‖ tag; AAD is the whole key)
///   3 | plain part behind its length | slot varint            its data was gone when it was written
struct ValueFormat {
  struct Parts {
    std::string_view plain;
    std::optional<SlotId> slot;
    std::optional<std::string_view> sealed;
  };
  /// Throws DecodeError. The parts point into `value`.
  static Parts parse(std::string_view value);

  static void append_plain(std::string_view plain, std::string& out);
  static void append_sealed(const Sealer& sealer, PlatformId platform, std::string_view whole_key,
                            std::string_view plain, SlotId slot, std::string_view data, std::string& out);
  static void append_erased(std::string_view plain, SlotId slot, std::string& out);

  /// Opens the sealed part. Throws DecodeError.
  static StoredValue open(const Sealer& sealer, PlatformId platform, std::string_view whole_key,
                          std::string_view value);
};

struct ViewKey {
  static constexpr std::size_t kPrefixBytes = 9;
  static void assign(std::string& out, PlatformId platform, ViewId view, std::string_view key) {
    out.clear();
    append_big_endian(out, platform.value);
    out += static_cast<char>(view.value);
    out += key;
  }
  static std::string of(PlatformId platform, ViewId view, std::string_view key = {}) {
    std::string whole;
    assign(whole, platform, view, key);
    return whole;
  }
  /// The first key behind all that begin with `prefix`; empty when there is none.
  static std::string behind(std::string prefix);
};

}  // namespace annals
