#include "storage/keyed_digests.hpp"

#include <mutex>

namespace annals {

const Hmac& KeyedDigests::hmac_of(PlatformId platform, DigestPurpose purpose) const {
  const std::pair wanted{platform, purpose};
  {
    const std::shared_lock lock(mutex_);
    if (const auto it = derived_.find(wanted); it != derived_.end()) return it->second;
  }
  std::string info = "annals digest";  // on disk through every digest; never change
  append_big_endian(info, platform.value);
  info += static_cast<char>(purpose);
  const Key derived = derive_key(root_, info);
  const std::unique_lock lock(mutex_);
  return derived_.try_emplace(wanted, derived).first->second;
}

Digest KeyedDigests::digest(PlatformId platform, DigestPurpose purpose, std::string_view value) const {
  return hmac_of(platform, purpose)(value);
}

}  // namespace annals
