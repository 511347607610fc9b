#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/crypto.hpp"

namespace annals {

/// An Ed25519 key pair (RFC 8032). Thread-safe.
class SigningKey {
 public:
  /// The same seed gives the same pair.
  explicit SigningKey(const Key& seed);

  std::string sign(std::string_view text) const;  ///< 64 bytes
  /// As `openssl` reads it: SubjectPublicKeyInfo in DER.
  const std::string& public_key() const { return public_key_; }

 private:
  std::shared_ptr<void> pair_;
  std::string public_key_;
};

/// Whether the owner of `public_key` (SubjectPublicKeyInfo in DER, Ed25519) signed exactly this text.
bool signature_holds(std::string_view public_key, std::string_view text, std::string_view signature);

}  // namespace annals
