#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/ids.hpp"

/// The few primitives that the log and the key store stand on, all from OpenSSL's EVP. Thread-safe.
namespace annals {

using Key = std::array<std::uint8_t, 32>;  ///< AES-256 or HMAC-SHA-256

inline constexpr std::size_t kNonceBytes = 12;
inline constexpr std::size_t kTagBytes = 16;
inline constexpr std::size_t kSealOverhead = kNonceBytes + kTagBytes;

Digest sha256(std::string_view bytes);

/// HMAC-SHA-256 under one key, which is taken in once: a short text costs two blocks then instead of four.
class Hmac {
 public:
  explicit Hmac(const Key& key);
  ~Hmac();
  Digest operator()(std::string_view bytes) const;

 private:
  struct States;
  std::unique_ptr<const States> states_;
};
/// HKDF-SHA-256 without salt; `info` names the purpose.
Key derive_key(const Key& root, std::string_view info);

/// AES-256-GCM with a fresh random nonce: nonce ‖ ciphertext ‖ tag, appended to `out`.
void seal(const Key& key, std::string_view additional, std::string_view plain, std::string& out);
/// nullopt when the key, the additional data or a byte is another one.
std::optional<std::string> open(const Key& key, std::string_view additional, std::string_view sealed);

/// From the operating system's generator, drawn in blocks per thread.
void random_bytes(std::uint8_t* out, std::size_t count);
Key random_key();
Uuid random_uuid();  ///< version 4

/// Overwrites what must not stay in memory, in a way that no compiler leaves out.
void cleanse(void* bytes, std::size_t count);

/// In time that depends on the lengths only.
bool equal_in_constant_time(std::string_view left, std::string_view right);

}  // namespace annals
