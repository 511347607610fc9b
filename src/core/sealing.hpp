#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/ids.hpp"

namespace annals {

/// Seals and opens bytes under the key of one subject (a slot of its platform's key store).
class Sealer {
 public:
  virtual ~Sealer() = default;
  /// Appends nonce ‖ ciphertext ‖ tag to `out`. The slot must have been reserved. Throws std::runtime_error when the
  /// slot holds no key: sealing under an erased key is a bug.
  virtual void seal(PlatformId platform, SlotId slot, std::string_view additional, std::string_view plain,
                    std::string& out) const = 0;
  /// nullopt when the slot has been erased. Throws DecodeError when the key is there but the bytes do not open.
  virtual std::optional<std::string> open(PlatformId platform, SlotId slot, std::string_view additional,
                                          std::string_view sealed) const = 0;
};

/// What a digest is for; part of its derivation, so that equal texts of two purposes have unrelated digests.
/// On disk; never change.
enum class DigestPurpose : std::uint8_t {
  email = 1,  ///< of the ASCII-lower-cased address
  organization_name = 2,
  person_unique_id = 3,
  metadata_key = 4,         ///< a top-level key name of metadata
  idempotency_key = 5,      ///< user id ‖ key
  idempotency_request = 6,  ///< method, path, content type and body
  username = 7,
  platform_key = 8,
  role_name = 9,
  key_name = 10,
  policy_name = 11,
  invitation_secret = 12,
  correlation = 13,  ///< a request's id that is no UUID
  record_code = 14,  ///< kind ‖ 0 ‖ where it must be unique ‖ 0 ‖ code
};

/// HMACs keyed per platform and purpose, so that keys and plain parts can hold them in place of the values.
class Digester {
 public:
  virtual ~Digester() = default;
  virtual Digest digest(PlatformId platform, DigestPurpose purpose, std::string_view value) const = 0;
  Digest128 short_digest(PlatformId platform, DigestPurpose purpose, std::string_view value) const {
    const Digest whole = digest(platform, purpose, value);
    Digest128 half;
    std::copy_n(whole.begin(), half.size(), half.begin());
    return half;
  }
};

}  // namespace annals
